"""The resources, one module each."""

from crm_customer.api import guests, histories, locations, merges, orders, organisation, privacy

BLUEPRINTS = (
    guests.blueprint,
    histories.blueprint,
    merges.blueprint,
    orders.blueprint,
    organisation.blueprint,
    locations.blueprint,
    privacy.blueprint,
)
