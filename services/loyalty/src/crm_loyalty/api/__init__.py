"""Loyalty's resources, one module each."""

from crm_loyalty.api import members, programme

BLUEPRINTS = (members.blueprint, members.timelines, programme.blueprint)
