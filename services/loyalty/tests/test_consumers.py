"""What loyalty does about what it hears: once, twice, in any order, from long ago."""

from uuid import UUID

from . import factories as f

ANNA, BERT = UUID(int=1), UUID(int=2)
DINNER, LUNCH = UUID(int=11), UUID(int=12)


def test_a_paid_order_earns_points_and_is_announced(database):
    f.hear(database, f.registered(ANNA), f.recorded(DINNER, ANNA, 42_99))
    assert f.balances(database) == {ANNA: 42}
    (earned,) = f.announced(database, "points_earned")
    assert earned["data"]["points"] == earned["data"]["balance"] == 42
    assert earned["data"]["order_id"] == str(DINNER)
    assert earned["causationid"]
