"""What this service knows of one guest, for the 360° view: who they are is asked once."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_customer.providers.vault import Vault
from crm_customer.queries.guests import GuestRecord, survivor
from crm_customer.queries.metrics import RESTAURANT, figures
from crm_customer.queries.orders import recent_orders
from crm_customer.queries.reservations import recent_reservations
from crm_customer.queries.restaurant import Locations

GUEST, METRICS, ORDERS, RESERVATIONS = PARTS = ("guest", "metrics", "orders", "reservations")
RECENT = 10
"""How many orders and reservations a profile shows; the lists have the rest."""


def profile(
    session: Session, *, vault: Vault, customer_id: UUID, parts: Collection[str], locations: Locations, now: datetime
) -> tuple[GuestRecord, dict[str, Any]]:
    """Return a guest and the other *parts* that are wanted, their facts of these locations (None: of all).

    Raises NoSuchGuest, GuestForgotten.
    """
    person = subjects.person(session, customer_id)
    guest = survivor(session, vault=vault, customer_id=person.survivor)
    found: dict[str, Any] = {}
    if METRICS in parts:
        restaurant = session.execute(RESTAURANT, {"id": person.survivor}).one()
        found[METRICS] = asdict(figures(session, person, restaurant, locations=locations, now=now))
    if ORDERS in parts:
        found[ORDERS] = {"items": recent_orders(session, members=person.ids, limit=RECENT, locations=locations)}
    if RESERVATIONS in parts:
        booked = recent_reservations(session, vault=vault, members=person.ids, limit=RECENT, locations=locations)
        found[RESERVATIONS] = {"items": booked}
    return guest, found
