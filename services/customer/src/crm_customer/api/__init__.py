"""The resources, one module each."""

from crm_customer.api import (
    guests,
    histories,
    locations,
    merges,
    orders,
    organisation,
    overview,
    privacy,
    profiles,
    reservations,
)

BLUEPRINTS = (
    guests.blueprint,
    histories.blueprint,
    merges.blueprint,
    orders.blueprint,
    organisation.blueprint,
    reservations.blueprint,
    reservations.of_guests,
    locations.blueprint,
    privacy.blueprint,
    profiles.blueprint,
    overview.blueprint,
)
