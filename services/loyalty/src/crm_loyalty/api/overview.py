"""Loyalty's part of the dashboard, for the gateway to compose."""

from datetime import UTC, datetime
from typing import Any

from crm_chassis.http import Blueprint, allow, crm, part_of
from crm_chassis.visibility import may_see
from crm_loyalty.queries.overview import tiles
from crm_loyalty.schemas import Tiles

blueprint = Blueprint("overview", __name__, url_prefix="/v1", description="Part of the dashboard")


@blueprint.get("/tiles")
@allow("owner", "marketing_manager", "manager", "host")
@part_of("tiles", "loyalty", inside=True)
@blueprint.response(200, Tiles)
def list_tiles() -> dict[str, Any]:
    """List the programme's figures for a home page, for those who may see points."""
    if not may_see("loyalty"):
        return {"items": []}
    with crm().database.reading() as connection:
        return {"items": tiles(connection, now=datetime.now(UTC))}
