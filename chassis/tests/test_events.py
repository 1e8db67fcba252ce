"""The envelope is CloudEvents 1.0 and reads back; readers are tolerant of what they don't know, and of nothing else."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from coins import CoinDroppedV1

from crm_chassis.events import NotAnEvent, envelope, parse

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ID, PURSE = UUID(int=1), UUID(int=2)
COIN = CoinDroppedV1(purse_id=PURSE, cents=5, occurred_at=NOW)


def test_the_envelope_is_a_cloud_event():
    assert json.loads(envelope(COIN, id=ID, sequence=3, time=NOW)) == {
        "specversion": "1.0",
        "id": str(ID),
        "source": "till",
        "type": "till.coin_dropped.v1",
        "subject": str(PURSE),
        "time": "2026-03-01T12:00:00Z",
        "sequence": 3,
        "data": {"purse_id": str(PURSE), "cents": 5, "occurred_at": "2026-03-01T12:00:00Z"},
    }


def test_what_was_enveloped_reads_back():
    body = envelope(COIN, id=ID, sequence=3, time=NOW, traceparent="00-x", causation_id=PURSE, is_restated=True)
    received = parse(body).received(CoinDroppedV1)
    assert (received.id, received.type, received.subject, received.sequence) == (ID, COIN.type, PURSE, 3)
    assert (received.time, received.data, received.traceparent) == (NOW, COIN, "00-x")
    assert (received.causation_id, received.is_restated) == (PURSE, True)


def test_unknown_attributes_and_fields_are_ignored():
    document = json.loads(envelope(COIN, id=ID, sequence=3, time=NOW))
    document |= {"later": 1, "data": document["data"] | {"later": [1]}}
    assert parse(json.dumps(document).encode()).received(CoinDroppedV1).data == COIN


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"nonsense", b"{}", b"[]", b'{"specversion": "2.0"}', b"null"])
def test_a_body_that_is_no_envelope_is_not_an_event(body):
    with pytest.raises(NotAnEvent):
        parse(body)


@pytest.mark.parametrize("data", [{}, {"purse_id": "x"}, [], None, {"purse_id": str(PURSE), "cents": "5"}])
def test_data_that_does_not_fit_its_type_is_not_an_event(data):
    document = json.loads(envelope(COIN, id=ID, sequence=3, time=NOW)) | {"data": data}
    with pytest.raises(NotAnEvent):
        parse(json.dumps(document).encode()).received(CoinDroppedV1)
