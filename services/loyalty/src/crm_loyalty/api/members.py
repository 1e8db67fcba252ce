"""Members and their points."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.auth import principal
from crm_chassis.http import Blueprint, allow, crm, part_of
from crm_chassis.idempotency import idempotent
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_loyalty.operations.adjustments import adjust
from crm_loyalty.operations.members import NotAMember
from crm_loyalty.queries.members import find_entry, find_member, list_entries, list_timeline
from crm_loyalty.schemas import TIMELINE_KINDS, Entry, Member, NewEntry, TimelineItem, TimelineQuery

blueprint = Blueprint("members", __name__, url_prefix="/v1/loyalty/members", description="Members and their points")
timelines = Blueprint("timelines", __name__, url_prefix="/v1/customers", description="Points among what else happened")


@blueprint.get("/<uuid:customer_id>")
@allow("owner", "marketing_manager", "manager", "host", "till", "service")
@part_of("profile", "loyalty")
@blueprint.response(200, Member)
def show_member(customer_id: UUID) -> dict[str, Any]:
    """Show a guest's balance and tier."""
    with crm().database.reading() as connection:
        return _known(find_member(connection, customer_id=customer_id))


@blueprint.get("/<uuid:customer_id>/entries")
@allow("owner", "marketing_manager", "manager", "host", "service")
@blueprint.arguments(PageArguments, location="query", as_kwargs=True)
@blueprint.response(200, paged(Entry))
def list_member_entries(customer_id: UUID, limit: int, cursor: str | None) -> dict[str, Any]:
    """List a member's ledger, newest first."""
    before = Cursor.decode(cursor, UUID)[0] if cursor else None
    context = crm()
    with context.database.reading() as connection:
        _known(find_member(connection, customer_id=customer_id))
        entries = list_entries(
            connection, customer_id=customer_id, cipher=context.cipher, limit=limit + 1, before=before
        )
    return page(entries, limit, lambda entry: [entry["id"]])


@blueprint.post("/<uuid:customer_id>/entries")
@allow("owner", "manager")
@idempotent
@blueprint.arguments(NewEntry, as_kwargs=True)
@blueprint.response(201, Entry)
def add_entry(customer_id: UUID, session: Session, kind: str, points: int, reason: str) -> dict[str, Any]:  # noqa: ARG001 - one kind so far
    """Give or take points by hand; the balance cannot go below zero (409)."""
    cipher = crm().cipher
    entry_id = adjust(
        session,
        customer_id=customer_id,
        points=points,
        reason=reason,
        actor=principal().id,
        cipher=cipher,
        now=datetime.now(UTC),
    )
    return find_entry(session.connection(), entry_id=entry_id, cipher=cipher)


@timelines.get("/<uuid:customer_id>/timeline")
@allow("owner", "marketing_manager", "manager", "host")
@part_of("timeline", "loyalty", inside=True)
@timelines.arguments(TimelineQuery, location="query", as_kwargs=True)
@timelines.response(200, paged(TimelineItem))
def list_points_in_time(customer_id: UUID, limit: int, cursor: str | None, kinds: str | None) -> dict[str, Any]:
    """List a guest's points as they came and went, newest first; nothing for a guest who is no member."""
    at = Cursor.decode(cursor, datetime.fromisoformat, UUID) if cursor else None
    asked = None if kinds is None else kinds.split(",")
    wanted = [kind for kind, name in TIMELINE_KINDS.items() if asked is None or name in asked]
    with crm().database.reading() as connection:
        before = (at[0], at[1]) if at else None
        found = list_timeline(connection, customer_id=customer_id, kinds=wanted, limit=limit + 1, before=before)
    items = [{**item, "kind": TIMELINE_KINDS[item["kind"]]} for item in found]
    return page(items, limit, lambda item: [item["at"], item["id"]])


def _known(member: dict[str, Any] | None) -> dict[str, Any]:
    """Pass a member on; refuse where there is none."""
    if member is None:
        raise NotAMember
    return member
