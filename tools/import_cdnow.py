"""Send the CDNOW purchase history through the gateway as a till would, and check what came of it.

The file has one purchase a line: master id, sample id, date, quantity, dollars (Fader & Hardie). A guest's external id
is the sample id, an order's is its line number: 21 lines repeat exactly and 8 are of zero dollars, and all count.

    python tools/import_cdnow.py FILE [--instance .run/instance.json] [--verify]
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

BASE = "/admin/customers/api/v1"
BATCH = 500
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Purchase:
    """One line of the file."""

    line: int
    guest: str
    placed_at: datetime
    total_minor: int


def purchases(path: Path) -> Iterator[Purchase]:
    """Read the file; every line is a purchase."""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        _, sample_id, day, _, dollars = line.split()
        placed_at = datetime.strptime(day, "%Y%m%d").replace(hour=12, tzinfo=UTC)
        yield Purchase(number, sample_id, placed_at, int(Decimal(dollars) * 100))


def as_order(purchase: Purchase) -> dict[str, Any]:
    """One purchase as a till reports it (DESIGN §6)."""
    return {
        "source": "cdnow",
        "external_id": str(purchase.line),
        "placed_at": purchase.placed_at.isoformat(),
        "currency": "USD",
        "total_minor": purchase.total_minor,
        "guest": {"external_id": purchase.guest},
    }


class Gateway:
    """The public API of one installation, for its till and its owner."""

    def __init__(self, instance: dict[str, Any]) -> None:
        self.base = instance["gateway"] + BASE
        self.till = requests.Session()
        self.till.headers["Authorization"] = f"Bearer {instance['till_api_key']}"
        self.owner = requests.Session()
        token = self.call(self.owner, "POST", "/auth/tokens", json=instance["log_ins"]["owner"])["access_token"]
        self.owner.headers["Authorization"] = f"Bearer {token}"

    def call(self, session: requests.Session, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Answer of one request; anything but success ends the run with the problem's text."""
        answer = session.request(method, self.base + path, timeout=60, **body)
        if not answer.ok:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page."""
        cursor = None
        while True:
            page = self.call(self.owner, "GET", path + "?limit=200" + (f"&cursor={cursor}" if cursor else ""))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return


def send(gateway: Gateway, history: list[Purchase]) -> dict[str, str]:
    """Post every purchase in arrays; the guests' customer ids by their external ids."""
    ids: dict[str, str] = {}
    for start in range(0, len(history), BATCH):
        part = history[start : start + BATCH]
        answer = gateway.call(gateway.till, "POST", "/orders", json=[as_order(purchase) for purchase in part])
        for purchase, item in zip(part, answer["items"], strict=True):
            if item["outcome"] == "rejected":
                sys.exit(f"line {purchase.line} was rejected: {json.dumps(item.get('problem'))}")
            ids[purchase.guest] = item["customer_id"]
        print(f"\r{start + len(part):6d} of {len(history)} orders sent", end="", flush=True)
    print()
    return ids


def differences(gateway: Gateway, history: list[Purchase], ids: dict[str, str]) -> list[str]:
    """What the suite says of each guest that is not what the file says: orders, spend to the cent, points."""
    by_guest: dict[str, list[Purchase]] = defaultdict(list)
    for purchase in history:
        by_guest[purchase.guest].append(purchase)
    found = []
    for guest, bought in by_guest.items():
        orders = list(gateway.pages(f"/customers/{ids[guest]}/orders"))
        expected = {str(p.line): p.total_minor for p in bought}
        if {o["external_id"]: o["spend_minor"] for o in orders} != expected or len(orders) != len(bought):
            found.append(f"guest {guest}: orders differ")
        metrics = gateway.call(gateway.owner, "GET", f"/customers/{ids[guest]}/metrics")
        if (metrics["orders"], metrics["spend_minor"]) != (len(bought), sum(expected.values())):
            found.append(f"guest {guest}: {metrics['orders']} orders, {metrics['spend_minor']} minor")
        points = sum(total // 100 for total in expected.values())
        if (balance := balance_of(gateway, ids[guest], points)) != points:
            found.append(f"guest {guest}: {balance} points, expected {points}")
    return found


def balance_of(gateway: Gateway, customer_id: str, expected: int) -> int | None:
    """A member's balance, given time to become *expected*: points are booked moments after the order."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = gateway.owner.get(f"{gateway.base}/loyalty/members/{customer_id}", timeout=30)
        balance = answer.json()["balance"] if answer.ok else None
        if balance == expected or time.monotonic() > deadline:
            return balance
        time.sleep(0.1)


def main() -> int:
    """Import, verify if asked, and say what happened; the exit status is 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--instance", type=Path, default=Path(".run/instance.json"))
    parser.add_argument("--verify", action="store_true", help="compare every guest with the file")
    options = parser.parse_args()
    history = list(purchases(options.file))
    gateway = Gateway(json.loads(options.instance.read_text()))
    ids = send(gateway, history)
    print(f"{len(ids)} guests, {len(history)} orders, {sum(p.total_minor for p in history) / 100:.2f} USD")
    if not options.verify:
        return 0
    found = differences(gateway, history, ids)
    print("\n".join(found) or "every guest's orders, spend and points agree with the file")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
