"""A guest of whom everything is known, so that a test can tell what of it comes out where it should not."""

import re
import uuid
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from crm_chassis.events import envelope
from crm_contracts.customer import RegisteredV1
from crm_gateway.permissions import DATA_CLASSES, SEES
from crm_gateway.routing.fields import MARK
from crm_loyalty.consumers import subscriptions

from .samples import BASE, DOCUMENT

SECRETS = {
    "contact": ["+12025550193", "zenobia.secret@walk.example"],
    "dietary": ["Xanthoberry"],
    "spend": [731_337, 731_001, 720_234, 11_103, 10_007],
    "bookings": ["beside the aquarium", "golden jubilee", "mezzanine", "2026-02-03T19:17:00"],
    "notes": [],
    "loyalty": [40_961, "walked in the rain"],
    "engagement": [],
}
"""Values of each class of data that stand nowhere else; numbers are compared as numbers."""


def names_of(data_class):
    """Names of fields that are of this class wherever they stand."""
    classes: dict[str, set[str]] = {}
    waiting = [DOCUMENT["components"], DOCUMENT["paths"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            for name, part in node["properties"].items() if isinstance(node.get("properties"), dict) else ():
                classes.setdefault(name, set()).add(part.get(MARK, "none"))
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return {name for name, found in classes.items() if found == {data_class}}


NAMES = {data_class: names_of(data_class) for data_class in DATA_CLASSES}


def leaks(body, role):
    """Name what a parsed answer (or a text) holds that this role may not see, by field name and by value."""
    found = set()
    for data_class in set(DATA_CLASSES) - set(SEES.get(role, ())):
        waiting = [body]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                found |= {f"{data_class}: field {name}" for name in node.keys() & NAMES[data_class]}
                waiting += node.values()
            elif isinstance(node, list):
                waiting += node
            else:
                found |= {f"{data_class}: {secret}" for secret in SECRETS[data_class] if _holds(node, secret)}
    return found


def _holds(value, secret):
    if isinstance(value, str):
        return (
            bool(re.search(rf"(?<![0-9a-f]){secret}(?![0-9a-f])", value))
            if isinstance(secret, int)
            else secret in value
        )
    return isinstance(secret, int) and type(value) is type(secret) and value == secret


def seed(client, owner, till, loyalty):
    """Make the guest through the public API and give the ids of all that is theirs, by parameter name."""

    def post(path, body, status, headers=owner):
        answer = client.post(f"{BASE}{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    def guest(**more):
        return post("/customers", {"name": "Zenobia Walk", **more}, 201)["id"]

    phone, email = SECRETS["contact"]
    currency = client.get(f"{BASE}/organisation", headers=owner).get_json()["currency"]
    customer_id = guest(
        emails=[{"address": email}], phones=[{"number": phone}], dietary=[{"kind": "allergy", "name": "Xanthoberry"}]
    )
    who = {"customer_id": customer_id}
    order = {
        "source": "walk", "external_id": str(uuid.uuid4()), "placed_at": "2026-02-01T18:30:00Z", "currency": currency,
        "total_minor": 731_337, "guest": who,
        "lines": [{"name": "Truffle", "quantity": 1, "unit_price_minor": 731_337}],
    }  # fmt: skip
    order_id = post("/orders", order, 200, till)["items"][0]["order_id"]
    refund = {"external_id": "r", "amount_minor": 11_103, "refunded_at": "2026-02-02T10:00:00Z"}
    post(f"/orders/{order_id}/refunds", refund, 201, till)
    table = {
        "source": "walk", "external_id": str(uuid.uuid4()), "starts_at": "2026-02-03T19:17:00Z", "party_size": 7,
        "status": "completed", "area": "mezzanine", "requests": "beside the aquarium", "occasion": "golden jubilee",
        "guest": who,
    }  # fmt: skip
    reservation_id = post("/reservations", table, 200)["items"][0]["reservation_id"]
    _enroll(loyalty, customer_id)
    points = {"kind": "adjust", "points": 40_961, "reason": "walked in the rain"}
    post(f"/loyalty/members/{customer_id}/entries", points, 201)
    location = client.get(f"{BASE}/locations", headers=owner).get_json()["items"][0]["id"]
    merged, survivor = guest(), guest()
    return {
        **who, "order_id": order_id, "reservation_id": reservation_id, "location_id": location,
        "merged_id": merged, "survivor_id": survivor, "another": guest(), "currency": currency,
    }  # fmt: skip


def _enroll(loyalty, customer_id):
    """Tell loyalty of the guest, as the broker would."""
    event = RegisteredV1(customer_id=UUID(customer_id), occurred_at=datetime(2026, 2, 1, tzinfo=UTC))
    told = envelope(event, id=uuid7(), sequence=1, time=datetime(2026, 2, 1, tzinfo=UTC))
    with loyalty.extensions["crm"].database.transaction() as session:
        subscriptions.deliver(session, [told])
