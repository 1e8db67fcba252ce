"""Who saw or changed which guest."""

from time import monotonic
from typing import Any

from crm_chassis.http import Blueprint, allow, crm
from crm_chassis.pagination import Cursor, page, paged
from crm_gateway.audit import chain
from crm_gateway.audit.own import trails_here
from crm_gateway.config import BASE
from crm_gateway.queries import audit
from crm_gateway.schemas.audit import AuditEntry, AuditFilter, Verification, VerificationArguments

blueprint = Blueprint("audit", __name__, url_prefix=f"{BASE}/audit", description="Who saw or changed which guest")

WALK_S = 10.0
STEP = 20_000


@blueprint.get("")
@blueprint.arguments(AuditFilter, location="query")
@blueprint.response(200, paged(AuditEntry))
@allow("owner")
def list_entries(arguments: dict[str, Any]) -> dict[str, Any]:
    """List entries of the audit log, newest first."""
    before = Cursor.decode(arguments["cursor"], int)[0] if arguments["cursor"] else None
    limit, text = arguments["limit"], arguments["searched"]
    wanted = audit.Filter(
        searched=trails_here().kept_forms(text) if text else (),
        **{name: arguments[name] for name in ("customer_id", "actor_id", "action", "kind", "since", "until")},
    )
    with crm().database.reading() as connection:
        rows = audit.page(connection, wanted, before=before, limit=limit + 1)
    shown = page(rows, limit, lambda row: [row.sequence])
    return {**shown, "items": [row._asdict() | {"hash": row.hash.hex()} for row in shown["items"]]}


@blueprint.get("/verification")
@blueprint.arguments(VerificationArguments, location="query")
@blueprint.response(200, Verification)
@allow("owner")
def verify(arguments: dict[str, Any]) -> dict[str, Any]:
    """Check the chain for up to ten seconds: intact, broken where, or to be gone on with by ``after``."""
    ends, after, checked = monotonic() + WALK_S, arguments["after"], 0
    while True:
        with crm().database.transaction() as session:
            found = chain.walk(session, trusted=crm().settings.trusted_keys, after=after, most=STEP)
        checked, after = checked + found.checked, found.last
        if found.is_complete or monotonic() > ends:
            break
    return {
        "is_intact": None if not found.is_complete else found.broken is None,
        "is_complete": found.is_complete,
        "checked": checked,
        "checked_to": found.last,
        "first": found.first,
        "broken_at": found.broken,
        "reason": found.why,
    }
