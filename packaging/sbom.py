"""Prints the software bill of materials of a target as CycloneDX 1.5 JSON: python3 packaging/sbom.py TRIPLE"""

import json
import sys
import tomllib
from datetime import UTC, datetime

from dependencies import linked
from project import DESCRIPTION, LICENSE, NAME, ROOT, TIME, VERSION


def component(name: str, version: str, licence: str | None, checksum: str | None = None) -> dict:
    """Returns the entry of one crate."""
    reference = f"pkg:cargo/{name}@{version}"
    entry = {"type": "library", "bom-ref": reference, "name": name, "version": version, "purl": reference}
    if licence:
        # Old packages separate alternatives with a slash, which is not SPDX.
        entry["licenses"] = [{"expression": licence.replace("/", " OR ")}]
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return entry


def bill(triple: str) -> dict:
    """Returns the bill of materials."""
    locked = tomllib.loads((ROOT / "Cargo.lock").read_text("utf-8"))["package"]
    checksums = {(package["name"], package["version"]): package.get("checksum") for package in locked}
    crates = [
        component(package["name"], package["version"], package["license"], checksums.get((package["name"], package["version"])))
        for package in linked(triple)
    ]
    program = component(NAME, VERSION, LICENSE) | {"type": "application", "description": DESCRIPTION}
    time = datetime.fromtimestamp(TIME, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": time,
            "component": program,
            "properties": [{"name": "rust:target", "value": triple}],
        },
        "components": crates,
        "dependencies": [{"ref": program["bom-ref"], "dependsOn": [crate["bom-ref"] for crate in crates]}],
    }


if __name__ == "__main__":
    json.dump(bill(sys.argv[1]), sys.stdout, indent=2)
    print()
