"""The Debian package: needs dpkg-deb."""

import os
import subprocess
import tempfile
from pathlib import Path

from dependencies import licence_texts
from project import COMPLETIONS, DESCRIPTION, NAME, REPOSITORY, ROOT, TIME, VERSION, Target, completion, compressed, licences, manual

CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: The signoff contributors
Installed-Size: {size}
Recommends: ca-certificates
Section: devel
Priority: optional
Homepage: {repository}
Description: contract testing for HTTP APIs
 {description}.
"""


def write(binary: Path, target: Target, folder: Path) -> Path:
    """Writes the package and returns its path."""
    documents = f"usr/share/doc/{NAME}"
    copyright_text = b"\n\n".join(licences().values()) + b"\n\n" + licence_texts(target.triple)
    files = {
        f"usr/bin/{NAME}": binary.read_bytes(),
        f"{documents}/copyright": copyright_text,
        f"{documents}/changelog.gz": compressed((ROOT / "CHANGELOG.md").read_bytes()),
    }
    files |= {f"usr/share/man/man1/{name}.gz": compressed(page) for name, page in manual(binary).items()}
    files |= {f"usr/share/{path}": completion(binary, shell) for shell, path in COMPLETIONS.items() if path}
    size = sum(len(data) for data in files.values()) // 1024
    files["DEBIAN/control"] = CONTROL.format(
        name=NAME, version=VERSION, architecture=target.deb, size=size, repository=REPOSITORY, description=DESCRIPTION
    ).encode()
    path = folder / f"{NAME}_{VERSION}_{target.deb}.deb"
    with tempfile.TemporaryDirectory() as root:
        # A temporary directory is readable by its owner only.
        os.chmod(root, 0o755)
        for name, data in files.items():
            file = Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            file.chmod(0o755 if name == f"usr/bin/{NAME}" else 0o644)
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, str(path)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"SOURCE_DATE_EPOCH": str(TIME)})
    return path
