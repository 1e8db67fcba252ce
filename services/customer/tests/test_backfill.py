"""What customer tells again: all as it stands, nothing of the erased but that they are (RULES D4)."""

from crm_chassis.backfill import of_the_living
from crm_customer.backfill import facts

from .factories import NOW, an_order

FACTS = (
    "location_changed registered tagged merged unmerged erased",
    "order_placed order_recorded order_corrected",
)
TYPES = [f"customer.{fact}.v1" for line in FACTS for fact in line.split()]


def told(database, types=TYPES):
    with database.sessions() as session:
        return list(of_the_living(session, facts(session, types)))


def test_an_order_is_told_as_it_stands_refunds_taken_off_with_the_newest_revision(client, database, announced):
    order = an_order(guest={"external_id": "c-1"})
    item = client.send("POST", "/v1/orders", order).json["items"][0]
    client.send("POST", "/v1/orders", order | {"version": 2, "total_minor": 5000})
    refund = {"external_id": "r-1", "amount_minor": 1000, "refunded_at": NOW.isoformat()}
    client.send("POST", f"/v1/orders/{item['order_id']}/refunds", refund)
    (fact,) = told(database, ["customer.order_recorded.v1"])
    assert (fact.event.spend_minor, fact.event.refunded_minor, fact.event.revision) == (4000, 1000, 3)
    assert fact.sequence == len(announced(item["customer_id"])) == 4


def test_every_kind_of_fact_is_told_and_only_those_asked_for(client, database):
    def buy(name, **changes):
        return client.send("POST", "/v1/orders", an_order(guest={"external_id": name}, **changes)).json["items"][0]

    a, b, c = (buy(name)["customer_id"] for name in "abc")
    buy("a", status="open")
    voided = an_order(guest={"external_id": "a"})
    client.send("POST", "/v1/orders", [voided, voided | {"version": 2, "status": "void"}])
    client.send("POST", "/v1/orders", an_order())
    client.send("PATCH", f"/v1/customers/{a}", {"tags": ["VIP"]})
    client.send("POST", "/v1/customers/merges", {"survivor_id": a, "merged_id": b})
    client.send("POST", "/v1/privacy/requests", {"customer_id": c, "kind": "erasure"})
    kinds = sorted(
        (fact.event.type.split(".")[1], str(getattr(fact.event, "customer_id", ""))) for fact in told(database)
    )
    assert [kind for kind in kinds if kind[0] != "location_changed"] == sorted(
        [
            ("registered", a),
            ("registered", b),
            ("tagged", a),
            ("merged", b),
            ("erased", c),
            ("order_placed", a),
            ("order_corrected", a),
            ("order_recorded", a),
            ("order_recorded", b),
        ]
    )
    assert {fact.event.type for fact in told(database, TYPES[1:2])} == set(TYPES[1:2])
