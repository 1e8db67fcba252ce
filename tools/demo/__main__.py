"""Load the demo restaurant through the public API, as the web form and the till would.

python -m tools.demo [--instance .run/instance.json] [--guests 3000] [--seed 7] [--until 2026-11-01]
"""

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from tools.demo.api import SOURCE, Api, progress
from tools.demo.bookings import reservations
from tools.demo.needs import dietary_needs
from tools.demo.people import Guest, guests
from tools.demo.visits import TAX_RATE, Visit, visits

YEARS = 3
UNNAMED = "My restaurant"


def registration(guest: Guest, needs: list[dict[str, str]]) -> dict[str, Any]:
    """A guest's own registration (DESIGN §6)."""
    body: dict[str, Any] = {
        "name": guest.name,
        "emails": [{"address": guest.email}] if guest.email else [],
        "phones": [{"number": guest.phone}] if guest.phone else [],
        "external_ids": [{"source": SOURCE, "id": guest.external_id}],
        "tags": list(guest.tags),
        "acquisition_source": guest.source,
    }
    optional = {"birthday": guest.birthday, "dietary": needs}
    return body | {field: value for field, value in optional.items() if value}


def order(number: int, visit: Visit, guest: Guest | None, currency: str) -> dict[str, Any]:
    """One visit as the till reports it; the total is what the guest owes."""
    lines = [
        {
            "name": item.name,
            "sku": item.sku,
            "category": item.category,
            "quantity": n,
            "unit_price_minor": item.price_minor,
        }
        for item, n in visit.lines
    ]
    lines[0]["discount_minor"] = visit.discount_minor
    net = sum(item.price_minor * n for item, n in visit.lines) - visit.discount_minor
    tax = int(net * TAX_RATE)
    body: dict[str, Any] = {
        "source": SOURCE,
        "external_id": f"D{number:06d}",
        "placed_at": visit.placed_at.isoformat(),
        "channel": visit.channel,
        "currency": currency,
        "total_minor": net + tax + visit.tip_minor,
        "tip_minor": visit.tip_minor,
        "tax_minor": tax,
        "lines": lines,
    }
    return body | ({"guest": {"external_id": guest.external_id, "name": guest.name}} if guest else {})


def name_restaurant(owner: Api) -> None:
    """Give a restaurant that nobody has named yet the demo's name and address."""
    if owner.get("/organisation")["name"] == UNNAMED:
        owner.patch("/organisation", {"name": "Chez Maître", "postal_address": "12 Harbour Street, Oakland, CA 94607"})


def register(owner: Api, people: list[Guest], needs: dict[str, list[dict[str, str]]]) -> None:
    """Register the guests who left their details; repeating it changes nothing (idempotency keys)."""
    registered = [guest for guest in people if guest.registered]
    with ThreadPoolExecutor(8) as pool:
        jobs = (
            pool.submit(
                owner.post,
                "/customers",
                registration(guest, needs.get(guest.external_id, [])),
                key=f"demo-{guest.external_id}",
            )
            for guest in registered
        )
        for number, job in enumerate(list(jobs), start=1):
            job.result()
            progress(number, len(registered), "guests registered")


def sell(till: Api, people: list[Guest], history: list[Visit], currency: str, rng: np.random.Generator) -> None:
    """Report every order in arrays, then a few corrections, voids and refunds."""
    orders = [
        order(n, v, None if v.guest is None else people[v.guest], currency) for n, v in enumerate(history, start=1)
    ]
    ids = {item["external_id"]: item["order_id"] for item in till.post_all("/orders", orders, "orders reported")}
    changed = rng.choice(len(orders), size=len(orders) // 60, replace=False)
    thirds = np.array_split(changed, 3)
    corrected = [corrected_order(orders[index]) for index in thirds[0]]
    voided = [orders[index] | {"version": 2, "status": "void"} for index in thirds[1]]
    till.post_all("/orders", corrected + voided, "orders corrected")
    for number, index in enumerate(thirds[2], start=1):
        refund(till, ids[orders[index]["external_id"]], orders[index])
        progress(number, len(thirds[2]), "refunds")


def corrected_order(before: dict[str, Any]) -> dict[str, Any]:
    """The same order with one more of its first line: version 2."""
    first = before["lines"][0]
    lines = [first | {"quantity": first["quantity"] + 1}, *before["lines"][1:]]
    return before | {
        "version": 2, "lines": lines, "total_minor": before["total_minor"] + first["unit_price_minor"],
    }  # fmt: skip


def refund(till: Api, order_id: str, before: dict[str, Any]) -> None:
    """Give half of an order's food back, an hour later."""
    refunded_at = datetime.fromisoformat(before["placed_at"]) + timedelta(hours=1)
    body = {
        "external_id": f"R-{before['external_id']}",
        "amount_minor": (before["total_minor"] - before["tip_minor"] - before["tax_minor"]) // 2,
        "refunded_at": refunded_at.isoformat(),
        "reason": "dish sent back",
    }
    till.post(f"/orders/{order_id}/refunds", body)


def main() -> int:
    """Invent the restaurant's history and load it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instance", type=Path, default=Path(".run/instance.json"))
    parser.add_argument("--gateway", help="the gateway's address, if not the instance's")
    parser.add_argument("--guests", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--until", type=date.fromisoformat, default=datetime.now(UTC).date())
    options = parser.parse_args()
    instance = json.loads(options.instance.read_text())
    gateway = options.gateway or instance["gateway"]
    rng = np.random.default_rng(options.seed)
    people = guests(options.guests, rng, options.seed)
    history = visits(len(people), options.until - timedelta(days=365 * YEARS), options.until, rng)
    token = Api(gateway, None).post("/auth/tokens", instance["log_ins"]["owner"])["access_token"]
    owner = Api(gateway, token)
    name_restaurant(owner)
    register(owner, people, dietary_needs(people, np.random.default_rng([options.seed, 1])))
    till = Api(gateway, instance["till_api_key"])
    sell(till, people, history, owner.get("/organisation")["currency"], rng)
    booked = reservations(history, people, options.until, np.random.default_rng([options.seed, 2]))
    till.post_all("/reservations", booked, "reservations reported")
    return 0


if __name__ == "__main__":
    sys.exit(main())
