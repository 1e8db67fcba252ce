"""A settled process does not collect what it was loaded with."""

import subprocess
import sys

SETTLED = """
import gc
from crm_chassis import startup
before = len(gc.get_objects())
startup.settle()
assert gc.get_freeze_count() > before / 2
assert gc.isenabled() and gc.get_threshold()[0] == startup.OBJECTS_BETWEEN_COLLECTIONS
cycle = []
cycle.append(cycle)
del cycle
assert gc.collect() == 1
"""


def test_what_stands_at_the_start_is_frozen_and_later_garbage_is_still_collected():
    subprocess.run([sys.executable, "-c", SETTLED], check=True)


def test_no_process_loads_what_only_the_development_tools_need():
    """Structlog takes rich where it finds it, pybreaker redis: megabytes in every process."""
    code = (
        "import sys, crm_chassis.http, pybreaker, structlog.dev\n"
        "assert not {'rich', 'redis'} & sys.modules.keys()\n"
        "assert structlog.dev.rich is None\n"
        "import rich, redis\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
