"""Writes every service's openapi.json, the gateway's merged one, which is also its table of routes, and who may what.

Needs no database and no broker: the applications are made with settings that lead nowhere, and none connects.
``--check`` writes nothing and fails where a committed document differs from the code.
"""

import argparse
import base64
import importlib
import json
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import structlog
from openapi_spec_validator import validate

from crm_chassis.auth import ANYONE
from crm_chassis.config import read_settings
from crm_gateway import app as gateway_app
from crm_gateway.config import BASE, SERVICES
from crm_gateway.config import Settings as GatewaySettings
from crm_gateway.routing.operations import INTERNAL_ROLE, METHODS, OWN
from tools import composed, permissions_page
from tools.openapi_examples import make_readable

ROOT = Path(__file__).resolve().parent.parent
SERVICE_BASE = "/v1"
_SECRET = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
NOWHERE = {
    "CRM_DATABASE_URL": "postgresql://nobody@localhost/none",
    "CRM_KEYS_DATABASE_URL": "postgresql://nobody@localhost/none_keys",
    "CRM_BROKER_URL": "amqp://nobody@localhost/none",
    "CRM_MASTER_KEYS": f"none:{_SECRET}",
    "CRM_INDEX_KEY": _SECRET,
    "CRM_SIGNING_KEY": f"none/1:{_SECRET}",
    "CRM_TRUSTED_KEYS": f"gateway/1:{_SECRET}",
    "CRM_TOKEN_KEY": f"none:{_SECRET}",
} | {f"CRM_UPSTREAM_{service.upper()}_URL": "http://localhost" for service in SERVICES}
DESCRIPTION = (
    "Guests, segments, campaigns, loyalty and feedback of a restaurant, behind one surface. Errors are RFC 9457 "
    "problem documents; lists are cut by keyset cursors; money is in integer minor units, instants are RFC 3339. "
    "Sign in with POST /auth/tokens and send the token as a bearer token; a till sends its API key the same way."
)

Document = dict[str, Any]


def _page(name: str, summary: str, media_type: str, schema: Document) -> Document:
    """Describe one of the gateway's pages about the API itself."""
    described = {"description": "OK", "content": {media_type: {"schema": schema}}}
    operation = {"operationId": name, "summary": summary, "tags": ["about"], "responses": {"200": described}}
    return {"get": operation | {"x-service": OWN, "x-roles": [ANYONE]}}


PAGES = {
    "/docs": _page("get_docs", "Read this document as a page.", "text/html", {"type": "string"}),
    "/openapi.json": _page("get_openapi_json", "Get this document.", "application/json", {"type": "object"}),
}


def service_document(service: str) -> Document:
    """Give a service's own OpenAPI document."""
    settings = importlib.import_module(f"crm_{service}.config").Settings
    app = importlib.import_module(f"crm_{service}.app").create_app(read_settings(settings, NOWHERE))
    return _document(app)


def gateway_document() -> Document:
    """Give the document of the gateway's own resources."""
    nothing: Document = {"paths": {}, "components": {"schemas": {}}}
    return _document(gateway_app.create_app(read_settings(GatewaySettings, NOWHERE), document=nothing))


def _document(app: Any) -> Document:
    """Ask an application for its document, as any client would."""
    client = app.test_client()
    document: Document = client.get("/openapi.json").get_json()
    for path, method, operation in _operations(document):
        operation.setdefault("operationId", _operation_id(method, path))
    return document


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _operation_id(method: str, path: str) -> str:
    """Name an operation after its method and path: get /v1/customers/{id}/orders -> get_customers_id_orders."""
    relative = path.removeprefix(BASE).removeprefix(SERVICE_BASE)
    return "_".join([method, *re.findall(r"[a-z0-9]+", relative.lower())])


def merge(documents: dict[str, Document]) -> Document:
    """Make one document of all: one operation per path and method, each saying who serves it and who may call it."""
    parts = composed.parts(documents)
    clashing = _clashing(documents)
    wholes: dict[str, list[composed.Described]] = {}
    paths: Document = deepcopy(PAGES)
    components: Document = {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}
    for service, document in documents.items():
        names = {name: f"{service.capitalize()}{name}" for name in clashing}
        renamed = _renamed(document, names)
        for path, item in renamed.get("paths", {}).items():
            _add_path(paths, service, path, item)
        for section, entries in renamed.get("components", {}).items():
            if section != "securitySchemes":
                owned = {names.get(name, name): entry for name, entry in entries.items()}
                components[section] = components.get(section, {}) | owned
        for part in parts:
            if part["service"] == service and part["method"] == "get":  # what is handed over is no part of an answer
                described = composed.describe(part, renamed["paths"], components["schemas"])
                wholes.setdefault(part["of"], []).append(described)
    composed.fill_in(components, wholes)
    merged = {
        "openapi": "3.1.0",
        "info": {"title": "Maître", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": BASE}],
        "tags": [
            {"name": name} for name in sorted({tag for _, _, o in _operations({"paths": paths}) for tag in o["tags"]})
        ],
        "paths": dict(sorted(paths.items())),
        "components": components,
        "x-parts": parts,
    }
    _check_ids(merged)
    make_readable(merged, documents)
    return _pruned(merged)


def _add_path(paths: Document, service: str, path: str, item: Document) -> None:
    """Add a path's operations under the name the gateway shows; those for other services alone stay inside."""
    base = BASE if service == OWN else SERVICE_BASE
    if not path.startswith(base + "/"):
        return
    public = path.removeprefix(base)
    for method in METHODS:
        if method not in item:
            continue
        operation: Document = dict(item[method])
        if any(part["inside"] for part in operation.pop("x-parts", [])):
            continue
        roles = [role for role in operation.get("x-roles", []) if role != INTERNAL_ROLE]
        if not roles:
            continue
        operation |= {"x-service": service, "x-roles": sorted(roles), "tags": operation.get("tags") or [service]}
        if ANYONE not in roles:
            operation["security"] = [{"bearer": []}]
        shared = item.get("parameters", [])
        if shared:
            operation["parameters"] = [*shared, *operation.get("parameters", [])]
        if method in paths.setdefault(public, {}):
            raise SystemExit(
                f"{method.upper()} {public}: both {service} and {paths[public][method]['x-service']} have it"
            )
        paths[public][method] = operation


def _clashing(documents: dict[str, Document]) -> set[str]:
    """Name the components that two documents use for different things, themselves or by what they refer to."""
    texts: dict[str, set[str]] = {}
    for document in documents.values():
        for section, entries in document.get("components", {}).items():
            for name, entry in entries.items():
                if section != "securitySchemes":
                    texts.setdefault(name, set()).add(json.dumps(entry, sort_keys=True))
    clashing = {name for name, variants in texts.items() if len(variants) > 1}
    while True:
        marks = [f'/{name}"' for name in clashing]
        more = {name for name, variants in texts.items() if any(m in text for text in variants for m in marks)}
        owners = {name: sum(_has(document, name) for document in documents.values()) for name in more}
        more = {name for name in more if owners[name] > 1} | clashing
        if more == clashing:
            return clashing
        clashing = more


def _has(document: Document, name: str) -> bool:
    return any(name in entries for entries in document.get("components", {}).values())


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """Copy a document with its references following the new names."""
    if isinstance(node, dict):
        copy = {key: _renamed(value, names) for key, value in node.items()}
        reference = copy.get("$ref")
        if isinstance(reference, str):
            section, _, name = reference.rpartition("/")
            copy["$ref"] = f"{section}/{names.get(name, name)}"
        return copy
    return [_renamed(value, names) for value in node] if isinstance(node, list) else node


def _check_ids(document: Document) -> None:
    """Refuse two operations of one name."""
    seen: dict[str, str] = {}
    for path, method, operation in _operations(document):
        name = operation["operationId"]
        if name in seen:
            raise SystemExit(f"operationId {name}: both {seen[name]} and {method.upper()} {path} have it")
        seen[name] = f"{method.upper()} {path}"


def _pruned(document: Document) -> Document:
    """Leave out components that nothing refers to."""
    used: set[str] = set()
    waiting: list[Any] = [document["paths"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.values())
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in used:
                used.add(reference)
                _, _, section, name = reference.split("/")
                waiting.append(document["components"][section][name])
        elif isinstance(node, list):
            waiting.extend(node)
    for section, entries in document["components"].items():
        if section != "securitySchemes":
            kept = {name: entry for name, entry in entries.items() if f"#/components/{section}/{name}" in used}
            document["components"][section] = dict(sorted(kept.items()))
    document["components"].setdefault("schemas", {})
    return document


MERGED = ROOT / "gateway" / "src" / "crm_gateway" / "openapi.json"


def documents() -> dict[Path, Document]:
    """Give every document by the file it belongs in."""
    own = {service: service_document(service) for service in SERVICES}
    merged = merge({OWN: gateway_document(), **own})
    files = {ROOT / "services" / service / "openapi.json": document for service, document in own.items()}
    return files | {MERGED: merged}


def texts() -> dict[Path, str]:
    """Give the text of every file that is written here."""
    found = documents()
    for document in found.values():
        validate(document)
    written = {file: json.dumps(each, indent=1, ensure_ascii=False) + "\n" for file, each in found.items()}
    return written | {ROOT / "docs" / "permissions.md": permissions_page.page(found[MERGED])}


def main() -> int:
    """Write the documents, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; 1 where a file is not up to date")
    is_check = parser.parse_args().check
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("ERROR"))
    stale = []
    for file, text in texts().items():
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(file)
            if not is_check:
                file.write_text(text, encoding="utf-8")
    for file in stale:
        print(f"{'out of date' if is_check else 'written'}: {file.relative_to(ROOT)}")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
