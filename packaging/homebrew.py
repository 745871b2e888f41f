"""Prints the Homebrew formula of a release: python3 packaging/homebrew.py SHA256SUMS"""

import sys
from pathlib import Path

from project import LICENSE, NAME, REPOSITORY, ROOT, VERSION


def formula(checksums: dict[str, str]) -> str:
    """Returns the formula with the checksums of the archives."""
    text = (ROOT / "packaging/homebrew.rb.in").read_text("utf-8")
    licences = ", ".join(f'"{licence}"' for licence in LICENSE.split(" OR "))
    values = {"REPOSITORY": REPOSITORY, "VERSION": VERSION, "LICENSES": licences}
    for triple in ("aarch64-apple-darwin", "x86_64-apple-darwin", "aarch64-unknown-linux-gnu", "x86_64-unknown-linux-gnu"):
        values[f"SHA256 {triple}"] = checksums[f"{NAME}-{VERSION}-{triple}.tar.gz"]
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    print(formula({name.lstrip("*"): digest for digest, name in (line.split(maxsplit=1) for line in lines)}), end="")
