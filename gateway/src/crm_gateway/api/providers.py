"""Providers: which there are, how they are set up, and how their webhooks go."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app

from crm_chassis.auth import allow
from crm_chassis.http import Blueprint, check_if_match, conditional, crm, etag_of
from crm_gateway.config import BASE
from crm_gateway.edge.desk import desk
from crm_gateway.edge.parts import parts_of
from crm_gateway.edge.registry import PATH_SECRET, PROVIDERS, WEBHOOKS, Field
from crm_gateway.edge.registry import Provider as Known
from crm_gateway.operations import providers
from crm_gateway.operations.providers import NOTHING, Kept, Traffic
from crm_gateway.schemas.edge import Provider, ProviderList, ProviderSettings, ProviderSetUp

blueprint = Blueprint(
    "providers", __name__, url_prefix=f"{BASE}/providers", description="E-mail, SMS, review and other providers"
)

Tagged = tuple[dict[str, Any], int, dict[str, str]]
SILENT = timedelta(hours=24)


@blueprint.get("")
@blueprint.response(200, ProviderList)
@allow("owner")
def list_providers() -> dict[str, Any]:
    """List every provider: what it is for, what is set up, and how its webhooks go."""
    now = datetime.now(UTC)
    with crm().database.transaction() as session:
        kept = providers.all_kept(session, sealer=desk().provider_sealer)
        figures = providers.traffic(session, now=now)
    shown = [_shown(one, kept.get(one.name, NOTHING), figures.get(one.name), now) for one in PROVIDERS.values()]
    return {"items": shown, "next_cursor": None}


@blueprint.get("/<name>")
@blueprint.response(200, Provider)
@allow("owner")
def show_provider(name: str) -> Tagged:
    """Show one provider; of its secrets only whether they are there."""
    known, now = providers.known(name), datetime.now(UTC)
    with crm().database.transaction() as session:
        kept = providers.kept(session, name=name, sealer=desk().provider_sealer)
        figures = providers.traffic(session, now=now)
    return _shown(known, kept, figures.get(name), now), 200, {"ETag": etag_of(kept.version)}


@blueprint.put("/<name>")
@conditional
@blueprint.arguments(ProviderSettings)
@blueprint.response(200, ProviderSetUp)
@allow("owner")
def set_up_provider(wanted: dict[str, Any], name: str) -> Tagged:
    """Set a provider up: settings that are not named stay as they are, null removes one, secrets go in only."""
    known, now, changes = providers.known(name), datetime.now(UTC), wanted["settings"]
    with crm().database.transaction() as session:
        before = providers.kept(session, name=name, sealer=desk().provider_sealer).values
        kept = providers.set_up(
            session, name=name, is_enabled=wanted["is_enabled"], changes=changes, sealer=desk().provider_sealer,
            check_version=check_if_match, now=now,
        )  # fmt: skip
        figures = providers.traffic(session, now=now)
    made = {
        field.name: kept.values[field.name]
        for field in known.fields
        if field.make is not None and kept.values[field.name] not in {before.get(field.name), changes.get(field.name)}
    }
    return _shown(known, kept, figures.get(name), now) | {"made": made}, 200, {"ETag": etag_of(kept.version)}


def _shown(known: Known, kept: Kept, figures: Traffic | None, now: datetime) -> dict[str, Any]:
    """Show a provider without its secrets."""
    document = current_app.extensions["document"]
    offered = [parts_of(document, whole).get(known.name) for whole in ("edge", "provider")]
    return {
        "name": known.name,
        "title": known.title,
        "purposes": known.purposes,
        "is_enabled": kept.is_enabled,
        "used_by": sorted({part.service for part in offered if part is not None}),
        "settings": [_field(field, kept.values.get(field.name)) for field in known.fields],
        "webhook": None if known.verify is None else _webhook(known, kept, figures or Traffic(), now),
        "updated_at": kept.updated_at,
    }


def _field(field: Field, value: str | None) -> dict[str, Any]:
    return {
        "name": field.name,
        "title": field.title,
        "uses": field.uses,
        "is_secret": field.is_secret,
        "is_optional": field.is_optional,
        "is_set": value is not None,
        "value": None if field.is_secret else value,
        "ends_with": providers.ending(value) if field.is_secret and value is not None else None,
    }


def _webhook(known: Known, kept: Kept, figures: Traffic, now: datetime) -> dict[str, Any]:
    """Show how a provider's webhooks go."""
    missing = known.missing(WEBHOOKS, kept.values)
    taker = parts_of(current_app.extensions["document"], "edge").get(known.name)
    url: str | None = f"{desk().public_url()}/webhooks/{known.name}"
    if any(field.name == PATH_SECRET for field in known.fields):
        url = f"{url}/{kept.secrets[PATH_SECRET]}" if PATH_SECRET in kept.secrets else None
    last = figures.last_accepted_at
    is_ready = kept.is_enabled and not missing
    return {
        "url": url,
        "is_ready": is_ready,
        "missing": missing,
        "taken_by": taker and taker.service,
        "accepted": figures.accepted,
        "repeated": figures.repeated,
        "refused": figures.refused,
        "last_accepted_at": last,
        "last_refused_at": figures.last_refused_at,
        "silent_minutes": None if last is None else max(0, int((now - last).total_seconds() // 60)),
        "hint": _hint(figures, now) if is_ready else None,
    }


def _hint(figures: Traffic, now: datetime) -> str | None:
    """Say what seems to be wrong."""
    last, refused = figures.last_accepted_at, figures.last_refused_at
    if refused is not None and (last is None or refused > last):
        return "The last webhook was refused: its signature does not fit the signing secret or the URL entered there."
    if last is None:
        return "Nothing has come yet: enter the URL at the provider and send a test."
    if now - last > SILENT:
        return f"Nothing has come for {int((now - last).total_seconds() // 3600)} hours."
    return None
