"""The programme's settings."""

from typing import Any

from crm_chassis.http import Blueprint, allow, crm
from crm_loyalty.queries.programme import find_programme
from crm_loyalty.schemas import Programme

blueprint = Blueprint("programme", __name__, url_prefix="/v1/loyalty/programme", description="The loyalty programme")


@blueprint.get("")
@allow("owner", "marketing_manager", "manager", "host", "service")
@blueprint.response(200, Programme)
def show_programme() -> dict[str, Any]:
    """Show what earns points."""
    with crm().database.reading() as connection:
        return find_programme(connection)
