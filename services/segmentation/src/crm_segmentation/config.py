"""Settings of the segmentation service, read once from the environment."""

from dataclasses import dataclass

from crm_chassis.config import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What every service has."""

    service: str = "segmentation"
