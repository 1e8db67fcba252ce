"""The public API as the demo's loaders use it, and how they tell how far they are."""

import json
import sys
from typing import Any

import requests
from urllib3.util import Retry

BASE = "/admin/customers/api/v1"
SOURCE = "demo-till"
BATCH = 500
# Nothing was done where the answer is 429 or 503: wait as long as it says, and send again.
WHEN_BUSY = Retry(
    total=10, connect=0, read=0, other=0, status=10, status_forcelist=(429, 503), allowed_methods=None,
    raise_on_status=False,
)  # fmt: skip


class Api:
    """The public API as one person or till sees it."""

    def __init__(self, gateway: str, token: str | None) -> None:
        self.base = gateway + BASE
        self.session = requests.Session()
        self.session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=8, max_retries=WHEN_BUSY))
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> dict[str, Any]:
        """Read *path*; anything but success ends the run with the problem's text."""
        return self._read("GET", path, self.session.get(self.base + path, timeout=120))

    def post(self, path: str, body: Any, *, key: str | None = None) -> dict[str, Any]:
        """Post *body*; anything but success ends the run with the problem's text."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.session.post(self.base + path, json=body, headers=headers, timeout=120)
        return self._read("POST", path, answer)

    def patch(self, path: str, body: Any) -> dict[str, Any]:
        """Edit *path*; anything but success ends the run with the problem's text."""
        return self._read("PATCH", path, self.session.patch(self.base + path, json=body, timeout=120))

    @staticmethod
    def _read(method: str, path: str, answer: requests.Response) -> dict[str, Any]:
        if not answer.ok:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.text[:800]}")
        found: dict[str, Any] = answer.json()
        return found

    def post_all(self, path: str, bodies: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
        """Post *bodies* in arrays and give their outcomes; a rejected one ends the run with its reason."""
        outcomes: list[dict[str, Any]] = []
        for start in range(0, len(bodies), BATCH):
            outcomes += self.post(path, bodies[start : start + BATCH])["items"]
            progress(len(outcomes), len(bodies), what)
        for item in outcomes:
            if item["outcome"] == "rejected":
                sys.exit(f"POST {path}: {item['external_id']} was rejected: {json.dumps(item.get('problem'))}")
        return outcomes


def progress(done: int, total: int, what: str) -> None:
    """One line that counts up; on a terminal it stays in place."""
    if sys.stdout.isatty():
        print(f"\r  {done} of {total} {what} ", end="\n" if done == total else "", flush=True)
    elif done == total:
        print(f"  {total} {what}", flush=True)
