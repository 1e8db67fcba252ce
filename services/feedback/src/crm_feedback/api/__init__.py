"""Feedback's resources, one module each; the first is yet to come."""

from crm_chassis.http import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
