"""The Python wheel: the binary as a script (binary distribution format, https://packaging.python.org/)."""

import base64
import hashlib
import time
import zipfile
from pathlib import Path

from project import DESCRIPTION, LICENSE, NAME, REPOSITORY, ROOT, TIME, VERSION, Target, licences


def write(binary: Path, target: Target, folder: Path) -> Path:
    """Writes the wheel and returns its path."""
    base = f"{NAME}-{VERSION}"
    info = f"{base}.dist-info"
    metadata = [
        "Metadata-Version: 2.4",
        f"Name: {NAME}",
        f"Version: {VERSION}",
        f"Summary: {DESCRIPTION}",
        f"License-Expression: {LICENSE}",
        *(f"License-File: {name}" for name in licences()),
        f"Project-URL: Source, {REPOSITORY}",
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
        "",
        (ROOT / "README.md").read_text("utf-8"),
    ]
    tags = [f"Tag: py3-none-{platform}" for platform in target.wheel.split(".")]
    wheel = ["Wheel-Version: 1.0", f"Generator: {NAME} {VERSION}", "Root-Is-Purelib: false", *tags, ""]
    files = {
        f"{base}.data/scripts/{target.binary}": binary.read_bytes(),
        **{f"{info}/licenses/{name}": text for name, text in licences().items()},
        f"{info}/METADATA": "\n".join(metadata).encode(),
        f"{info}/WHEEL": "\n".join(wheel).encode(),
    }
    record = f"{info}/RECORD"
    rows = [f"{name},sha256={digest(data)},{len(data)}" for name, data in files.items()]
    files[record] = "\n".join([*rows, f"{record},,", ""]).encode()
    path = folder / f"{base}-py3-none-{target.wheel}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, time.gmtime(TIME)[:6])
            mode = 0o755 if name.endswith(f"scripts/{target.binary}") else 0o644
            entry.create_system, entry.external_attr = 3, (0o100000 | mode) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return path


def digest(data: bytes) -> str:
    """Returns the digest as RECORD writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
