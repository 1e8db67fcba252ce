"""The chassis's own tests run on real servers; ``coins`` beside them is a service to try it on."""

import sys
from pathlib import Path

from crm_chassis.testing import *  # noqa: F403

sys.path.insert(0, str(Path(__file__).parent))

from things import client, things_app, things_settings  # noqa: F401  fixtures over a little API
