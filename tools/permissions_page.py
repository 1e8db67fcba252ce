"""docs/permissions.md: who may call which operation and sees which fields, from the merged document and the table."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from crm_chassis.auth import ANYONE
from crm_chassis.visibility import MARK
from crm_gateway.permissions import DATA_CLASSES, KEY_ROLES, SEES, STAFF_ROLES
from crm_gateway.routing.fields import FieldsReader
from crm_gateway.routing.operations import METHODS

Document = dict[str, Any]
ROLES = (*STAFF_ROLES, *KEY_ROLES)
HEAD = """# Permissions

Written by `make openapi` from the operations' roles, the fields' classes of data and the table in
`crm_gateway/permissions.py`; why it is so: [ADR 0010](decisions/0010-one-table-of-permissions.md). Services refuse and
leave out, the gateway checks again. Staff and keys bound to locations see and write the facts of those alone; guests
are everybody's. A key needs the operation's scope besides.
"""


def page(document: Document) -> str:
    """Write the page."""
    return "\n".join([HEAD, *_classes(), "", *_fields(document), "", *_operations(document)]) + "\n"


def _classes() -> Iterator[str]:
    yield "## Which role sees which class of data\n"
    yield "What a role does not see it neither gets, nor sends, nor narrows or searches a list by.\n"
    yield _row("class", *ROLES)
    yield _row(*["---"] * (len(ROLES) + 1))
    for name in DATA_CLASSES:
        yield _row(name, *("yes" if name in SEES[role] else "–" for role in ROLES))


def _fields(document: Document) -> Iterator[str]:
    yield "## Which fields are of which class\n"
    found: dict[str, list[str]] = defaultdict(list)
    for schema_name, schema in document["components"]["schemas"].items():
        for field, part in schema.get("properties", {}).items():
            found[part.get(MARK, "")].append(f"`{schema_name}.{field}`")
    for name in DATA_CLASSES:
        yield f"- **{name}**: {', '.join(found[name]) or 'none yet'}"


def _operations(document: Document) -> Iterator[str]:
    reader = FieldsReader(document)
    yield "## Who may call which operation\n"
    yield "`yes`, or the classes of data that are left out of the answer; `–`: 403, or 401 where nobody is signed in.\n"
    yield _row("operation", *ROLES, ANYONE)
    yield _row(*["---"] * (len(ROLES) + 2))
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                classes = reader.of_operation(operation).classes
                cells = [_cell(role, operation["x-roles"], classes) for role in (*ROLES, ANYONE)]
                yield _row(f"`{method.upper()} {path}`", *cells)


def _cell(role: str, allowed: list[str], classes: frozenset[str]) -> str:
    if role not in allowed and ANYONE not in allowed:
        return "–"
    hidden = [name for name in DATA_CLASSES if name in classes and name not in SEES.get(role, ())]
    return f"without {', '.join(hidden)}" if hidden else "yes"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
