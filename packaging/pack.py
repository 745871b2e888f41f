"""Packs a prebuilt binary: python3 packaging/pack.py BINARY TRIPLE FOLDER

Writes the archive, the Python wheel, the npm packages, the bill of materials and, for Linux, the Debian package. The binary must run on
this machine: it prints its completions and manual pages.
"""

import json
import shutil
import sys
from pathlib import Path

import archive
import deb
import npm
import sbom
import wheel
from project import NAME, TARGETS, VERSION


def main(binary: Path, triple: str, folder: Path) -> None:
    """Writes the packages of one target, and prints their paths."""
    target = TARGETS[triple]
    folder.mkdir(parents=True, exist_ok=True)
    written = [packer.write(binary, target, folder) for packer in (archive, wheel, npm)]
    written.append(npm.write_main(folder))
    bill = folder / f"{NAME}-{VERSION}-{triple}.cdx.json"
    bill.write_text(json.dumps(sbom.bill(triple), indent=2) + "\n", "utf-8")
    written.append(bill)
    if target.deb and shutil.which("dpkg-deb"):
        written.append(deb.write(binary, target, folder))
    for path in written:
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2], Path(sys.argv[3]))
