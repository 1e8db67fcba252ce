"""The gateway's worker as it is, but for the tests' document of what services offer."""

import runpy
from pathlib import Path

from crm_chassis import green

green.patch()

from crm_gateway import worker  # noqa: E402  eventlet patches before anything else is imported

DOCUMENT = runpy.run_path(str(Path(__file__).with_name("conftest.py")))["DOCUMENT"]
worker.load_document = lambda: DOCUMENT
worker.main()
