"""Who saw or changed which guest."""

from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

from flask import Response

from crm_chassis.auth import principal
from crm_chassis.http import Blueprint, allow, crm
from crm_chassis.pagination import Cursor, page, paged
from crm_gateway.audit import chain, exports
from crm_gateway.audit.own import note, trails_here
from crm_gateway.config import BASE
from crm_gateway.jobs import files
from crm_gateway.operations import jobs
from crm_gateway.queries import audit
from crm_gateway.schemas.audit import AuditEntry, AuditFilter, NewExport, Verification, VerificationArguments
from crm_gateway.schemas.jobs import JobBegun
from crm_gateway.sealing import Sealer

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


@blueprint.post("/exports")
@blueprint.arguments(NewExport, required=False)
@blueprint.response(202, JobBegun)
@blueprint.alt_response(409, "CONFLICT")
@allow("owner")
def export(wanted: dict[str, Any]) -> dict[str, Any]:
    """Have entries written to a file, oldest first; the job's result says where it is, for seven days."""
    parameters, now = exports.parameters_of(wanted), datetime.now(UTC)
    with crm().database.transaction() as session:
        job = jobs.add(session, kind=exports.KIND, parameters=parameters, created_by=principal().id, now=now)
    return {"job_id": job.id}


@blueprint.get("/exports/<uuid:job_id>/file")
@blueprint.response(200, content_type="application/octet-stream")
@blueprint.alt_response(410, "GONE")
@allow("owner")
def download(job_id: UUID) -> Response:
    """Download an export; that is recorded too."""
    with crm().database.transaction() as session:
        job = jobs.find(session, job_id, asker=None)
        if job.kind != exports.KIND or job.result is None:
            raise files.FileGone
        files.check(session, job_id, now=datetime.now(UTC))
        form = str(job.parameters["format"])
    note(is_followed=True)
    pieces = files.read(crm().database, job_id, sealer=Sealer(crm().settings.master_keys, files.PURPOSE))
    name = f"audit-{job.created_at:%Y%m%dT%H%M%SZ}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pieces, headers=headers, content_type=exports.FORMATS[form])
