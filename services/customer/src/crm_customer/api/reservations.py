"""Reservations come in and are read, by those who seat guests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from crm_chassis.fastload import compile_schema
from crm_chassis.http import Blueprint, allow, body_limit
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_customer.api.arrays import BODY_LIMIT, one_or_many, take_in
from crm_customer.api.process import SERVING, now, own_locations, reading, vault
from crm_customer.operations.reservations import take_reservations
from crm_customer.operations.taking import Taken
from crm_customer.queries.reservations import ambiguous_reservations, reservation, reservations_of_guest
from crm_customer.schemas.reservations import NewReservation, Reservation, ReservationOutcomes, ReservationQuery

blueprint = Blueprint("reservations", __name__, url_prefix="/v1/reservations", description="Reservations")
of_guests = Blueprint("reservations of guests", __name__, url_prefix="/v1/customers", description="What guests booked")

RESERVATION = compile_schema(NewReservation)


@blueprint.post("")
@allow("till", "booking_system", *SERVING)
@body_limit(BODY_LIMIT)
@blueprint.doc(requestBody=one_or_many(NewReservation))
@blueprint.response(200, ReservationOutcomes)
@blueprint.alt_response(409, "CONFLICT")
def record_reservations() -> Response:
    """Take in one reservation or up to 1,000: each once, however often it is sent; an array has an outcome per item.

    Of a single reservation a refusal is the answer itself (422, 409).
    """
    return take_in(RESERVATION, _take, kind="reservation")


@blueprint.get("")
@allow(*SERVING)
@blueprint.arguments(ReservationQuery, location="query", as_kwargs=True)
@blueprint.response(200, paged(Reservation))
def list_reservations(limit: int, cursor: str | None, attribution: str) -> dict[str, Any]:  # noqa: ARG001 -- one kind
    """List the reservations that several guests fit, newest first."""
    before = Cursor.decode(cursor, UUID)[0] if cursor else None
    with reading() as session:
        found = ambiguous_reservations(session, vault=vault(), limit=limit, before=before, locations=own_locations())
    return page(found, limit, lambda each: [each["id"]])


@blueprint.get("/<uuid:reservation_id>")
@allow(*SERVING)
@blueprint.response(200, Reservation)
def show_reservation(reservation_id: UUID) -> dict[str, Any]:
    """Show a reservation with what its guest asked for."""
    with reading() as session:
        return reservation(session, vault=vault(), reservation_id=reservation_id, locations=own_locations())


@of_guests.get("/<uuid:customer_id>/reservations")
@allow(*SERVING)
@of_guests.arguments(PageArguments, location="query", as_kwargs=True)
@of_guests.response(200, paged(Reservation))
@of_guests.alt_response(410, "GONE")
def list_reservations_of_guest(customer_id: UUID, limit: int, cursor: str | None) -> dict[str, Any]:
    """List a guest's reservations, those of records merged into it too, newest first."""
    at = Cursor.decode(cursor, datetime.fromisoformat, UUID) if cursor else None
    after = (at[0], at[1]) if at else None
    with reading() as session:
        found = reservations_of_guest(
            session, vault=vault(), customer_id=customer_id, limit=limit, after=after, locations=own_locations()
        )
    return page(found, limit, lambda each: [each["starts_at"], each["id"]])


def _take(session: Session, items: Sequence[Any]) -> list[Taken]:
    return take_reservations(session, vault=vault(), items=items, locations=own_locations(), now=now())
