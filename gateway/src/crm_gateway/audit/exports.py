"""Exports of the audit log: made page by page as a job, as CSV or as one JSON object a line."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select

from crm_gateway.jobs import files
from crm_gateway.jobs.runner import Task
from crm_gateway.models.audit import AuditEntry, AuditHead
from crm_gateway.queries import audit
from crm_gateway.sealing import Sealer

KIND = "audit_export"
FORMATS = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
PAGE = 500
COLUMNS = (
    "sequence", "at", "kind", "actor_kind", "actor_id", "actor_name", "actor_role", "action", "method", "status",
    "customer_ids", "customers", "times", "searched", "changed", "request_id", "address", "attempt", "hash",
)  # fmt: skip
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class Exporter:
    """Does export jobs."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def make(self, task: Task) -> dict[str, Any]:
        """Write all matching entries that there are now, oldest first; gives what the download is called and holds."""
        wanted, form = filter_of(task.parameters), str(task.parameters["format"])
        expires_at = datetime.now(UTC) + files.KEPT
        with task.database.transaction() as session:
            files.drop(session, task.job.id)
            last = session.scalar(select(AuditHead.sequence)) or 0
            counted = audit.matching(select(func.count()).select_from(AuditEntry), wanted)
            total = session.scalar(counted.where(AuditEntry.sequence <= last)) or 0
            files.add(session, task.job.id, 0, head(form), sealer=self._sealer, expires_at=expires_at)
            task.step(session, done=0, total=total)
        done, number, after = 0, 1, 0
        while True:
            with task.database.transaction() as session:
                rows = audit.oldest(session, wanted, after=after, last=last, limit=PAGE)
                if not rows:
                    break
                done, after = done + len(rows), rows[-1].sequence
                files.add(session, task.job.id, number, body(form, rows), sealer=self._sealer, expires_at=expires_at)
                task.step(session, done=done, total=max(total, done))
            number += 1
        return {
            "url": f"/audit/exports/{task.job.id}/file",
            "entries": done,
            "last_sequence": last,
            "expires_at": expires_at.isoformat(),
        }


def parameters_of(wanted: dict[str, Any]) -> dict[str, Any]:
    """Write what is wanted as a job keeps it."""
    kept: dict[str, Any] = orjson.loads(orjson.dumps(wanted))
    return kept


def filter_of(parameters: dict[str, Any]) -> audit.Filter:
    """Read it back."""

    def instant(name: str) -> datetime | None:
        return datetime.fromisoformat(parameters[name]) if parameters.get(name) else None

    customer_id = parameters.get("customer_id")
    return audit.Filter(
        customer_id=UUID(customer_id) if customer_id else None,
        actor_id=parameters.get("actor_id"),
        since=instant("since"),
        until=instant("until"),
    )


def head(form: str) -> bytes:
    """Give what stands before the first entry."""
    return _written([COLUMNS]) if form == "csv" else b""


def body(form: str, rows: Sequence[Any]) -> bytes:
    """Write entries."""
    if form == "csv":
        return _written([[_cell(getattr(row, name)) for name in COLUMNS] for row in rows])
    lines = [{name: getattr(row, name) for name in COLUMNS} | {"hash": row.hash.hex()} for row in rows]
    return b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z) for line in lines)


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    """Write a value so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if isinstance(value, str | list) and text.startswith(_DANGEROUS) else text
