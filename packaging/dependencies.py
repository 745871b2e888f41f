"""The crates that are linked into the binary, and their licence texts."""

import json
import subprocess
from pathlib import Path

from project import NAME, ROOT


def linked(triple: str) -> list[dict]:
    """Returns the packages of `cargo metadata` that signoff uses at run time, sorted by name and version; signoff itself excluded."""
    command = ["cargo", "metadata", "--locked", "--format-version=1", f"--filter-platform={triple}"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    seen, open_nodes = set(), [root]
    while open_nodes:
        for dependency in nodes[open_nodes.pop()]["deps"]:
            is_linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            # Procedural macros run in the compiler.
            is_macro = any("proc-macro" in target["kind"] for target in packages[dependency["pkg"]]["targets"])
            if is_linked and not is_macro and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                open_nodes.append(dependency["pkg"])
    return sorted((packages[key] for key in seen), key=lambda package: (package["name"], package["version"]))


def licence_texts(triple: str) -> bytes:
    """Returns one text with the licence files of all linked crates; equal files are printed once."""
    crates_by_text: dict[str, list[str]] = {}
    lines = [f"{NAME} contains the following crates.", ""]
    for package in linked(triple):
        name = f"{package['name']} {package['version']}"
        lines.append(f"{name}: {package['license'] or package['license_file']}")
        folder = Path(package["manifest_path"]).parent
        files = [path for path in sorted(folder.iterdir()) if path.name.upper().startswith(("LICEN", "COPYING", "NOTICE"))]
        for path in (path for path in files if path.is_file()):
            crates_by_text.setdefault(path.read_text("utf-8", "replace").strip(), []).append(name)
    for text, crates in crates_by_text.items():
        lines += ["", "=" * 80, ", ".join(dict.fromkeys(crates)), "=" * 80, text]
    return ("\n".join(lines) + "\n").encode()
