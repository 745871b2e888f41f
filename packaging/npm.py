"""The npm packages: one per platform with the binary, and the main package, which selects one of them and needs no install script."""

import gzip
import io
import json
import tarfile
from pathlib import Path

from project import DESCRIPTION, LICENSE, NAME, REPOSITORY, ROOT, TARGETS, TIME, VERSION, Target, licences

SHIM = ROOT / "packaging/npm/signoff.js"


def write(binary: Path, target: Target, folder: Path) -> Path:
    """Writes the package of one platform and returns its path."""
    manifest = described(target.npm_package, f"The {target.triple} binary of {NAME}")
    manifest |= {"os": [target.npm_os], "cpu": [target.npm_cpu], "preferUnplugged": True}
    files = {target.binary: binary.read_bytes(), **licences()}
    return pack(manifest, files, {target.binary}, folder)


def write_main(folder: Path) -> Path:
    """Writes the main package and returns its path."""
    manifest = described(NAME, DESCRIPTION)
    manifest |= {
        "bin": {NAME: "signoff.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": {target.npm_package: VERSION for target in TARGETS.values()},
    }
    files = {"signoff.js": SHIM.read_bytes(), "README.md": (ROOT / "README.md").read_bytes(), **licences()}
    return pack(manifest, files, {"signoff.js"}, folder)


def described(name: str, description: str) -> dict:
    """Returns the properties that every package has."""
    repository = {"type": "git", "url": f"git+{REPOSITORY}.git"}
    return {"name": name, "version": VERSION, "description": description, "license": LICENSE, "repository": repository}


def pack(manifest: dict, files: dict[str, bytes], executable: set[str], folder: Path) -> Path:
    """Writes a package as `npm pack` does."""
    files = {"package.json": json.dumps(manifest, indent=2).encode(), **files}
    path = folder / f"{manifest['name'].replace('@', '').replace('/', '-')}-{VERSION}.tgz"
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, data in files.items():
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size, entry.mtime, entry.mode = len(data), TIME, 0o755 if name in executable else 0o644
                archive.addfile(entry, io.BytesIO(data))
    return path
