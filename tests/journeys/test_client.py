"""A typed client can be made of the document: complete, and right in every type."""

import json
import subprocess
import sys
from pathlib import Path

from tools.make_client import DOCUMENT
from tools.openapi_examples import operations as described


def test_every_operation_has_its_function(operations):
    document = json.loads(DOCUMENT.read_text())
    assert {operation["operationId"] for operation in described(document)} <= operations.keys()


def test_the_client_is_typed(client_package, tmp_path):
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, client_package]
    done = subprocess.run(mypy, capture_output=True, text=True, check=False, cwd=Path(client_package).parent)
    assert done.returncode == 0, done.stdout
