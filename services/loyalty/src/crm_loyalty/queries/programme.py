"""The programme as it stands."""

from typing import Any

from sqlalchemy import Connection, select

from crm_loyalty.models import Programme


def find_programme(connection: Connection) -> dict[str, Any]:
    """Give the programme's settings."""
    return {**connection.execute(select(Programme.points_per_unit, Programme.starts_on)).mappings().one()}
