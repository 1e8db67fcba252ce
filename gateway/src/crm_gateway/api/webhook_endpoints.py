"""Webhooks out: where events are sent, and how that went."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response

from crm_chassis.http import Blueprint, allow, check_if_match, conditional, crm, etag_of
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_gateway.config import BASE
from crm_gateway.egress import Policy
from crm_gateway.models.webhooks import WebhookDelivery as DeliveryRow
from crm_gateway.models.webhooks import WebhookEndpoint as EndpointRow
from crm_gateway.operations import webhooks
from crm_gateway.schemas.webhooks import (
    DeliveryFilter,
    NewWebhookEndpoint,
    SecretRotation,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpointChange,
    WebhookEndpointWithSecret,
    WebhookEventTypes,
)
from crm_gateway.sealing import Sealer
from crm_gateway.webhooks.types import EVENTS

blueprint = Blueprint("webhook-endpoints", __name__, url_prefix=BASE, description="Events sent to other systems")


def _policy() -> Policy:
    return Policy.parse(crm().settings.egress_allowed)


def _sealer() -> Sealer:
    return Sealer(crm().settings.master_keys, webhooks.PURPOSE)


def _shown(endpoint: EndpointRow, secret: str) -> dict[str, Any]:
    return {name: getattr(endpoint, name) for name in WebhookEndpoint().fields} | {"secret": secret}


@blueprint.get("/webhook-event-types")
@blueprint.response(200, WebhookEventTypes)
@allow("owner")
def list_event_types() -> dict[str, Any]:
    """List the types of events that an endpoint can ask for."""
    said = [(type_, (event.__doc__ or "").partition("\n")[0]) for type_, event in sorted(EVENTS.items())]
    return {"items": [{"type": type_, "description": text} for type_, text in said]}


@blueprint.get("/webhook-endpoints")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, paged(WebhookEndpoint))
@allow("owner")
def list_endpoints(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the endpoints that events are sent to."""
    after = Cursor.decode(arguments["cursor"], UUID)[0] if arguments["cursor"] else None
    with crm().database.transaction() as session:
        rows = webhooks.list_endpoints(session, after=after, limit=arguments["limit"] + 1)
    return page(rows, arguments["limit"], lambda row: [row.id])


@blueprint.post("/webhook-endpoints")
@blueprint.arguments(NewWebhookEndpoint)
@blueprint.response(201, WebhookEndpointWithSecret)
@blueprint.alt_response(409, "CONFLICT")
@allow("owner")
def add_endpoint(wanted: dict[str, Any]) -> dict[str, Any]:
    """Add an endpoint; its secret, which signs what is sent, is shown in this answer alone."""
    with crm().database.transaction() as session:
        endpoint, secret = webhooks.add_endpoint(session, policy=_policy(), sealer=_sealer(), **wanted)
    return _shown(endpoint, secret)


@blueprint.get("/webhook-endpoints/<uuid:endpoint_id>")
@blueprint.response(200, WebhookEndpoint)
@allow("owner")
def show_endpoint(endpoint_id: UUID) -> tuple[EndpointRow, int, dict[str, str]]:
    """Show an endpoint and how it fares."""
    with crm().database.transaction() as session:
        endpoint = webhooks.find_endpoint(session, endpoint_id)
    return endpoint, 200, {"ETag": etag_of(endpoint.version)}


@blueprint.patch("/webhook-endpoints/<uuid:endpoint_id>")
@blueprint.arguments(WebhookEndpointChange)
@blueprint.response(200, WebhookEndpoint)
@conditional
@allow("owner")
def change_endpoint(changes: dict[str, Any], endpoint_id: UUID) -> tuple[EndpointRow, int, dict[str, str]]:
    """Change an endpoint, switch it off, or on again."""
    with crm().database.transaction() as session:
        endpoint = webhooks.find_endpoint(session, endpoint_id, locked=True)
        check_if_match(endpoint.version)
        webhooks.change_endpoint(session, endpoint, changes, policy=_policy())
    return endpoint, 200, {"ETag": etag_of(endpoint.version)}


@blueprint.delete("/webhook-endpoints/<uuid:endpoint_id>")
@blueprint.response(204)
@allow("owner")
def remove_endpoint(endpoint_id: UUID) -> Response:
    """Delete an endpoint with its deliveries; what is on its way may still arrive."""
    with crm().database.transaction() as session:
        webhooks.remove_endpoint(session, endpoint_id)
    return Response(status=204)


@blueprint.post("/webhook-endpoints/<uuid:endpoint_id>/secret-rotations")
@blueprint.arguments(SecretRotation)
@blueprint.response(201, WebhookEndpointWithSecret)
@allow("owner")
def rotate_secret(wanted: dict[str, Any], endpoint_id: UUID) -> dict[str, Any]:
    """Replace an endpoint's secret; both sign for a while, so that the receiver can change over."""
    overlap = timedelta(hours=wanted["overlap_hours"])
    with crm().database.transaction() as session:
        endpoint = webhooks.find_endpoint(session, endpoint_id, locked=True)
        secret = webhooks.rotate_secret(endpoint, sealer=_sealer(), overlap=overlap, now=datetime.now(UTC))
    return _shown(endpoint, secret)


@blueprint.post("/webhook-endpoints/<uuid:endpoint_id>/tests")
@blueprint.response(202, WebhookDelivery)
@allow("owner")
def send_test(endpoint_id: UUID) -> DeliveryRow:
    """Send an endpoint a test event; the delivery shows how that went."""
    with crm().database.transaction() as session:
        webhooks.find_endpoint(session, endpoint_id)
        return webhooks.add_test(session, endpoint_id, now=datetime.now(UTC))


@blueprint.get("/webhook-endpoints/<uuid:endpoint_id>/deliveries")
@blueprint.arguments(DeliveryFilter, location="query")
@blueprint.response(200, paged(WebhookDelivery))
@allow("owner")
def list_deliveries(arguments: dict[str, Any], endpoint_id: UUID) -> dict[str, Any]:
    """List an endpoint's deliveries of the last 30 days, newest first."""
    before = Cursor.decode(arguments["cursor"], UUID)[0] if arguments["cursor"] else None
    limit = arguments["limit"]
    with crm().database.transaction() as session:
        webhooks.find_endpoint(session, endpoint_id)
        rows = webhooks.list_deliveries(session, endpoint_id, state=arguments["state"], before=before, limit=limit + 1)
    return page(rows, limit, lambda row: [row.id])


@blueprint.post("/webhook-endpoints/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replays")
@blueprint.response(202, WebhookDelivery)
@allow("owner")
def replay_delivery(endpoint_id: UUID, delivery_id: UUID) -> DeliveryRow:
    """Send a delivery once more, under the same Webhook-Id; one that waits is tried at once."""
    with crm().database.transaction() as session:
        return webhooks.replay(session, endpoint_id, delivery_id, now=datetime.now(UTC))
