"""The archive of a release: signoff-VERSION-TARGET.tar.gz with the binary, manual pages, completions and licences."""

import gzip
import io
import tarfile
from pathlib import Path

from dependencies import licence_texts
from project import COMPLETIONS, NAME, ROOT, TIME, VERSION, Target, completion, licences, manual


def write(binary: Path, target: Target, folder: Path) -> Path:
    """Writes the archive and returns its path."""
    base = f"{NAME}-{VERSION}-{target.triple}"
    files = {target.binary: binary.read_bytes(), "THIRD-PARTY-LICENSES.txt": licence_texts(target.triple)}
    files |= licences() | {name: (ROOT / name).read_bytes() for name in ("README.md", "CHANGELOG.md")}
    files |= {f"man/{name}": page for name, page in manual(binary).items()}
    names = {"bash": f"{NAME}.bash", "zsh": f"_{NAME}", "fish": f"{NAME}.fish", "powershell": f"{NAME}.ps1"}
    files |= {f"completions/{names[shell]}": completion(binary, shell) for shell in COMPLETIONS}
    path = folder / f"{base}.tar.gz"
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, data in sorted(files.items()):
                entry = tarfile.TarInfo(f"{base}/{name}")
                entry.size, entry.mtime, entry.mode = len(data), TIME, 0o755 if name == target.binary else 0o644
                archive.addfile(entry, io.BytesIO(data))
    return path
