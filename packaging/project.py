"""What all packages share: texts and version from Cargo.toml, targets, the files to install, and reproducible times."""

import gzip
import os
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]
NAME, VERSION = PACKAGE["name"], PACKAGE["version"]
DESCRIPTION, LICENSE, REPOSITORY = PACKAGE["description"], PACKAGE["license"], PACKAGE["repository"]
# Seconds; the same for all files, so that the same binary results in the same packages.
TIME = int(os.environ.get("SOURCE_DATE_EPOCH", 315532800))


@dataclass(frozen=True)
class Target:
    """One platform, by its Rust target triple, with the names that other registries use."""

    triple: str
    npm_os: str
    npm_cpu: str
    wheel: str
    deb: str | None = None

    @property
    def binary(self) -> str:
        return f"{NAME}.exe" if self.npm_os == "win32" else NAME

    @property
    def npm_package(self) -> str:
        return f"@signoff-testing/{self.npm_os}-{self.npm_cpu}"


# The Linux binaries are static: the tags mean the oldest systems that pip knows, glibc or musl.
TARGETS = {
    target.triple: target
    for target in (
        Target("x86_64-unknown-linux-gnu", "linux", "x64", "manylinux_2_17_x86_64.musllinux_1_1_x86_64", "amd64"),
        Target("aarch64-unknown-linux-gnu", "linux", "arm64", "manylinux_2_17_aarch64.musllinux_1_1_aarch64", "arm64"),
        Target("x86_64-apple-darwin", "darwin", "x64", "macosx_10_12_x86_64"),
        Target("aarch64-apple-darwin", "darwin", "arm64", "macosx_11_0_arm64"),
        Target("x86_64-pc-windows-msvc", "win32", "x64", "win_amd64"),
    )
}

# Shell → its completion script below /usr/share.
COMPLETIONS = {
    "bash": f"bash-completion/completions/{NAME}",
    "zsh": f"zsh/vendor-completions/_{NAME}",
    "fish": f"fish/vendor_completions.d/{NAME}.fish",
    "powershell": None,
}


def completion(binary: Path, shell: str) -> bytes:
    """Returns the completion script that the binary prints."""
    return subprocess.run([binary, "completions", shell], check=True, stdout=subprocess.PIPE).stdout


def manual(binary: Path) -> dict[str, bytes]:
    """Returns the manual pages that the binary writes, by file name."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([binary, "man", folder], check=True)
        return {page.name: page.read_bytes() for page in sorted(Path(folder).iterdir())}


def licences() -> dict[str, bytes]:
    """Returns the licence files of signoff, by file name."""
    return {path.name: path.read_bytes() for path in sorted(ROOT.glob("LICENSE-*"))}


def compressed(data: bytes) -> bytes:
    """Compresses with gzip, without name and time."""
    return gzip.compress(data, mtime=0)
