"""The chassis's own tests run on real servers."""

from crm_chassis.testing import *  # noqa: F403
