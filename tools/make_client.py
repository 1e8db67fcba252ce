"""Writes a typed Python client of the whole API from the merged OpenAPI document; `make client`: into .run/client.

    python -m tools.make_client [DIRECTORY]

It is made anew whenever it is needed and not committed: document and client cannot disagree. A document of which the
generator cannot make sense in any point ends the run.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "gateway/src/crm_gateway/openapi.json"
PACKAGE = "maitre_client"


def make_client(directory: Path, document: Path = DOCUMENT) -> Path:
    """Write the package ``maitre_client`` into *directory* and give its path; raises where the generator warns."""
    target = directory / PACKAGE
    directory.mkdir(parents=True, exist_ok=True)
    settings = {
        "package_name_override": PACKAGE,
        "post_hooks": [],
        "literal_enums": True,
        "content_type_overrides": {"*/*": "application/octet-stream"},  # what providers send, whatever they call it
        "class_overrides": _renamed(json.loads(document.read_text(encoding="utf-8"))["components"]["schemas"]),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as config:
        json.dump(settings, config)
        config.flush()
        program = str(Path(sys.executable).with_name("openapi-python-client"))
        options = ["--output-path", str(target), "--config", config.name, "--meta", "none", "--overwrite"]
        command = [program, "generate", "--path", str(document), *options, "--fail-on-warning"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)
    if done.returncode:
        raise RuntimeError(f"no client can be made of {document}:\n{done.stdout}{done.stderr}")
    return target


def _renamed(schemas: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Name models anew that have a field of their own name: the generator would take the one for the other."""
    modules = {name: re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() for name in schemas}
    return {
        name: {"class_name": f"{name}Body", "module_name": f"{module}_body"}
        for name, module in modules.items()
        if module in schemas[name].get("properties", {})
    }


if __name__ == "__main__":
    print(make_client(Path(sys.argv[1]) if sys.argv[1:] else ROOT / ".run/client"))
