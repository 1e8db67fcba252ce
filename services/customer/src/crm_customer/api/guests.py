"""Guests: register, read, change, list, search, look up."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.http import Blueprint, allow, check_if_match, conditional, crm, etag_of
from crm_chassis.idempotency import idempotent
from crm_chassis.pagination import Cursor, paged
from crm_chassis.visibility import may_see
from crm_customer.api.dietary import with_needs
from crm_customer.api.process import STAFF, now, reading, vault
from crm_customer.operations.guests import change_guest, register_guest
from crm_customer.queries.guests import GuestRecord, find_guests, guest, look_up_guests, newest_guests
from crm_customer.schemas.guests import Guest, GuestChanges, GuestQuery, LookedUp, Lookup, NewGuest

blueprint = Blueprint("customers", __name__, url_prefix="/v1/customers", description="The guests")

Tagged = tuple[dict[str, Any], int, dict[str, str]]


@blueprint.post("")
@allow(*STAFF, "service")
@idempotent
@blueprint.arguments(NewGuest)
@blueprint.response(201, Guest)
@blueprint.alt_response(409, "CONFLICT")
def add_guest(body: dict[str, Any], session: Session) -> Tagged:
    """Register a guest; e-mails and phones may be shared within a household, external ids not (409)."""
    customer_id = register_guest(session, vault=vault(), guest=body, now=now())
    return _tagged(session, guest(session, vault=vault(), customer_id=customer_id), 201)


@blueprint.get("")
@allow(*STAFF, "service")
@blueprint.arguments(GuestQuery, location="query", as_kwargs=True)
@blueprint.response(200, paged(Guest))
def list_guests(limit: int, cursor: str | None, q: str | None, tag: str | None) -> dict[str, Any]:
    """List guests, newest first, or those whose name holds the text q; address and number for who sees those."""
    before = Cursor.decode(cursor, UUID)[0] if cursor else None
    with reading() as session:
        if q is None:
            found = newest_guests(session, vault=vault(), limit=limit, before=before, tag=tag)
        else:
            found = find_guests(
                session, vault=vault(), query=q, limit=limit, before=before, tag=tag, by_contacts=may_see("contact")
            )
        items = with_needs(session, found.guests)
    return {
        "items": items,
        "next_cursor": None if found.next_before is None else Cursor.encode([found.next_before]),
    }


@blueprint.post("/lookup")
@allow(*STAFF, "service")
@blueprint.arguments(Lookup)
@blueprint.response(200, LookedUp)
def look_up(body: dict[str, Any]) -> dict[str, Any]:
    """Look guests up by exactly one address, number or external id; several may share one."""
    external = body.get("external_id")
    with reading() as session:
        found = look_up_guests(
            session,
            vault=vault(),
            email=body.get("email"),
            phone=body.get("phone"),
            external_id=(external["source"], external["id"]) if external else None,
        )
        return {"items": with_needs(session, found)}


@blueprint.get("/<uuid:customer_id>")
@allow(*STAFF, "service")
@blueprint.response(200, Guest)
@blueprint.alt_response(410, "GONE")
def show_guest(customer_id: UUID) -> Tagged:
    """Show a guest; a merged id shows the survivor, an erased one is gone (410)."""
    with reading() as session:
        return _tagged(session, guest(session, vault=vault(), customer_id=customer_id), 200)


@blueprint.patch("/<uuid:customer_id>")
@allow(*STAFF, "service")
@conditional
@blueprint.arguments(GuestChanges)
@blueprint.response(200, Guest)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(410, "GONE")
def edit_guest(body: dict[str, Any], customer_id: UUID) -> Tagged:
    """Change a guest: missing fields stay, null clears; If-Match refuses an edit of a stale copy (412)."""
    with crm().database.transaction() as session:
        changed = change_guest(
            session, vault=vault(), customer_id=customer_id, changes=body, check_version=check_if_match, now=now()
        )
        return _tagged(session, guest(session, vault=vault(), customer_id=changed), 200)


def _tagged(session: Session, record: GuestRecord, status: int) -> Tagged:
    return with_needs(session, [record])[0], status, {"ETag": etag_of(record.version)}
