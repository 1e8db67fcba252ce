"""Loyalty's resources, one module each."""

from crm_loyalty.api import members, overview, programme

BLUEPRINTS = (members.blueprint, members.timelines, programme.blueprint, overview.blueprint)
