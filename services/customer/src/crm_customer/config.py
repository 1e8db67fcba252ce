"""Settings of the customer service, read once from the environment."""

from dataclasses import dataclass
from typing import Annotated

from crm_chassis.config import Secret, ServiceSettings, Variable


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What every service has, the key of the blind indexes, and what a new installation starts with."""

    service: str = "customer"
    index_key: Annotated[Secret, Variable("CRM_INDEX_KEY", "key of the blind search indexes: base64url of 32 bytes")]
    organisation_name: Annotated[str, Variable("CRM_ORGANISATION_NAME", "name of a new installation")] = "My restaurant"
    currency: Annotated[str, Variable("CRM_CURRENCY", "the one currency (ISO 4217) of a new installation")] = "USD"
    country: Annotated[str, Variable("CRM_COUNTRY", "country (ISO 3166) of a new installation")] = "US"
    zone: Annotated[str, Variable("CRM_ZONE", "time zone (IANA) of a new installation")] = "UTC"
    spend_includes_tax: Annotated[bool, Variable("CRM_SPEND_INCLUDES_TAX", "whether tax counts as spend")] = False
