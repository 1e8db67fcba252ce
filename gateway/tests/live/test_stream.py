"""The stream as a client sees it: who is told what."""


def test_a_fact_is_told_with_the_fields_one_may_see(live, open_stream, teller, facts):
    stream = open_stream(live)
    event = facts.points()
    teller.tell(event)
    told = stream.next()
    assert told.event == "points"
    assert told.data["type"] == "loyalty.points_earned.v1"
    assert told.data["customer_id"] == str(event.customer_id)
    assert told.data["balance"] == 84
    assert told.id.split("-")[0] == stream.welcome.id.split("-")[0]
