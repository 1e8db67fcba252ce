"""What a guest ordered, and what it comes to."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from crm_chassis.http import Blueprint, allow
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_customer.api.process import MONEY_READERS, STAFF, now, own_locations, reading
from crm_customer.queries.metrics import metrics
from crm_customer.queries.orders import orders_of_guest
from crm_customer.schemas.guests import Metrics
from crm_customer.schemas.orders import Order

blueprint = Blueprint("histories", __name__, url_prefix="/v1/customers", description="Guests' orders and figures")


@blueprint.get("/<uuid:customer_id>/orders")
@allow(*MONEY_READERS)
@blueprint.arguments(PageArguments, location="query", as_kwargs=True)
@blueprint.response(200, paged(Order))
@blueprint.alt_response(410, "GONE")
def list_orders_of_guest(customer_id: UUID, limit: int, cursor: str | None) -> dict[str, Any]:
    """List a guest's orders, those of records merged into it too, newest first."""
    at = Cursor.decode(cursor, datetime.fromisoformat, UUID) if cursor else None
    with reading() as session:
        found = orders_of_guest(
            session,
            customer_id=customer_id,
            limit=limit,
            after=(at[0], at[1]) if at else None,
            locations=own_locations(),
        )
    return page(found, limit, lambda order: [order["placed_at"], order["id"]])


@blueprint.get("/<uuid:customer_id>/metrics")
@allow(*STAFF, "service")
@blueprint.response(200, Metrics)
@blueprint.alt_response(410, "GONE")
def show_metrics(customer_id: UUID) -> dict[str, Any]:
    """Count a guest's spend, orders and visits as of now, at the locations that the asker is bound to."""
    with reading() as session:
        return asdict(metrics(session, customer_id=customer_id, locations=own_locations(), now=now()))
