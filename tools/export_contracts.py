"""Write what follows from crm_contracts: golden JSON Schemas, contracts/asyncapi.yaml and docs/events.md.

``--check`` writes nothing and exits 1 where a committed file differs. A change that would break a consumer of a
published version is refused: make a V2 beside it (contracts/README.md).
"""

import argparse
import importlib
import inspect
import json
import sys
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from crm_contracts.topology import LISTENERS, OWNERS

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "contracts/src/crm_contracts/schemas"
ASYNCAPI = ROOT / "contracts/asyncapi.yaml"
CATALOGUE = ROOT / "docs/events.md"
_SAID = ("description", "x-data-class")  # what consumers do not read by


def events() -> list[type[Any]]:
    """Every event class of every owner, in the order of its type."""
    found: dict[str, type[Any]] = {}
    for owner in OWNERS:
        module = importlib.import_module(f"crm_contracts.{owner}")
        for _, member in inspect.getmembers(module, is_dataclass):
            if isinstance(member, type) and hasattr(member, "type"):
                found[member.type] = member
    return [found[name] for name in sorted(found)]


def schema(event: type[Any]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one event's ``data``; unknown properties are allowed, consumers ignore them."""
    _, components = msgspec.json.schema_components([event], ref_template="#/$defs/{name}")
    own = components.pop(event.__name__)
    body = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:maitre:event:{event.type}",
        "title": event.type,
        **{key: value for key, value in own.items() if key != "title"},
    }
    if components:
        body["$defs"] = {name: components[name] for name in sorted(components)}
    body["description"] = inspect.cleandoc(event.__doc__ or "")
    for part in body.get("$defs", {}).values():
        part["description"] = inspect.cleandoc(part.get("description", ""))
    return json.loads(json.dumps(body))  # type: ignore[no-any-return]  # tuples become lists, as they are read back


def golden_path(event: type[Any]) -> Path:
    """Where the golden schema of *event* is committed."""
    owner, fact, version = str(event.type).split(".")
    return SCHEMAS / owner / f"{fact}.{version}.json"


def breaks(old: dict[str, Any], new: dict[str, Any], at: str = "") -> list[str]:
    """What in *new* would break a consumer or a stored event of *old*; empty when the change only adds."""
    if old.keys() >= {"properties"}:
        return _object_breaks(old, new, at)
    same = {key: value for key, value in old.items() if key not in _SAID}
    if same != {key: value for key, value in new.items() if key not in _SAID}:
        return [f"{at or 'schema'}: {json.dumps(same)} became {json.dumps(new)}"]
    return []


def _object_breaks(old: dict[str, Any], new: dict[str, Any], at: str) -> list[str]:
    """Breaks of an object schema: a property gone, newly required, or changed."""
    found = [
        f"{at}{name}: is required now, events published before lack it"
        for name in new.get("required", [])
        if name not in old.get("required", [])
    ]
    for name, part in old["properties"].items():
        if name not in new.get("properties", {}):
            found.append(f"{at}{name}: was removed")
        else:
            found += breaks(part, new["properties"][name], f"{at}{name}")
    for name, part in old.get("$defs", {}).items():
        found += breaks(part, new.get("$defs", {}).get(name, {}), f"{name}.")
    return found


def asyncapi(all_events: list[type[Any]]) -> dict[str, Any]:
    """The AsyncAPI 3 document: a channel per event type, who sends and who receives it."""
    document: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Maître events",
            "version": "1",
            "description": "CloudEvents 1.0 in JSON; exchange `<owner>.events`, routing key `<fact>.v<major>`.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {},
        "operations": {},
        "components": {"messages": {}, "schemas": {}},
    }
    for event in all_events:
        _describe(document, event)
    return document


def _describe(document: dict[str, Any], event: type[Any]) -> None:
    """Add one event's channel, operations, message and schema to *document*."""
    owner, fact, version = event.type.split(".")
    own = {key: value for key, value in schema(event).items() if key not in ("$schema", "$id")}
    document["components"]["schemas"][f"{event.__name__}_{owner}"] = {
        "schemaFormat": "application/schema+json;version=draft-2020-12",
        "schema": own,
    }
    document["components"]["messages"][event.type] = {
        "name": event.type,
        "contentType": "application/cloudevents+json",
        "payload": {"$ref": f"#/components/schemas/{event.__name__}_{owner}"},
    }
    document["channels"][event.type] = {
        "address": f"{fact}.{version}",
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": f"{owner}.events", "type": "topic"}}},
    }
    channel = {"$ref": f"#/channels/{event.type}"}
    document["operations"][f"{owner}.sends.{fact}.{version}"] = {"action": "send", "channel": channel}
    for service in listeners(event):
        document["operations"][f"{service}.receives.{owner}.{fact}.{version}"] = {
            "action": "receive",
            "channel": channel,
        }


def listeners(event: type[Any]) -> list[str]:
    """The services whose queue is bound to *event*."""
    return [service for service, types in LISTENERS.items() if event in types]


def catalogue(all_events: list[type[Any]]) -> str:
    """docs/events.md: every event, what it says, who announces it and who listens."""
    lines = [
        "# Events",
        "",
        "Generated by `make contracts` from `contracts/`. Schemas: `contracts/src/crm_contracts/schemas/`.",
        "",
        "| event | says | listeners | fields |",
        "|---|---|---|---|",
    ]
    for event in all_events:
        says = inspect.cleandoc(event.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        names = ", ".join(f"`{name}`" for name in event.__dataclass_fields__)
        lines.append(f"| `{event.type}` | {says} | {', '.join(listeners(event)) or '–'} | {names} |")
    return "\n".join(lines) + "\n"


def outputs() -> dict[Path, str]:
    """Every generated file and its text."""
    all_events = events()
    files = {golden_path(event): json.dumps(schema(event), indent=2) + "\n" for event in all_events}
    files[ASYNCAPI] = yaml.safe_dump(asyncapi(all_events), sort_keys=False, allow_unicode=True, width=110)
    files[CATALOGUE] = catalogue(all_events)
    return files


def refused_breaks() -> list[str]:
    """Breaking differences between the committed golden schemas and the classes."""
    found = []
    for event in events():
        path = golden_path(event)
        if path.exists():
            old = json.loads(path.read_text())
            found += [f"{event.type}: {reason}" for reason in breaks(old, schema(event))]
    return found


def main() -> int:
    """Write or check the generated files; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--unpublished", action="store_true", help="no consumer has this version yet: allow a break")
    options = parser.parse_args()
    if not options.unpublished and (found := refused_breaks()):
        print("These changes break a published event; add a new version beside it instead:", *found, sep="\n  ")
        return 1
    files = outputs()
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if options.check:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the contracts say: run `make contracts`")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path])
        print("wrote", path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
