"""A repeated write changes nothing and is answered as the first time; what is kept is unreadable without the key."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import things
from sqlalchemy import text
from things import make_app

from crm_chassis.answers import purge
from crm_chassis.config import Secret


@pytest.fixture
def database(things_app):
    made = things_app.extensions["crm"].database
    with made.transaction() as session:
        session.execute(text("DELETE FROM thing"))
        session.execute(text("DELETE FROM idempotent_answer"))
    return made


@pytest.fixture
def headers(things_settings, internal_headers):
    return internal_headers(things_settings, "manager")


@pytest.fixture
def post(things_app, headers):
    def send(body, key=None, app=things_app, **more):
        given = headers | more | ({"Idempotency-Key": key} if key is not None else {})
        if isinstance(body, bytes):
            return app.test_client().post("/v1/things", data=body, content_type="application/json", headers=given)
        return app.test_client().post("/v1/things", json=body, headers=given)

    return send


def count(database, table="thing"):
    with database.reading() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608


def test_the_same_key_and_body_get_the_same_answer_once(database, post):
    first, again = post({"name": "x"}, "k1"), post({"name": "x"}, "k1")
    assert first.status_code == again.status_code == 201
    assert first.get_data() == again.get_data()
    assert again.headers["ETag"] == first.headers["ETag"] == '"1"'
    assert again.content_type == first.content_type
    assert count(database) == 1


def test_who_sees_less_by_now_is_not_given_what_they_saw_then(database, post, things_settings, internal_headers):
    assert post({"name": "x"}, "k0").status_code == 201
    for less in ({"sees": ("contact",)}, {"role": "till"}, {"locations": (UUID(int=7),)}):
        headers = internal_headers(things_settings, **({"role": "manager"} | less))
        assert post({"name": "x"}, "k0", **headers).json["type"] == "urn:maitre:problem:idempotency-key-reused"
    assert count(database) == 1


def test_without_a_key_each_request_counts(database, post):
    assert post({"name": "x"}).status_code == 201
    assert post({"name": "x"}).status_code == 409
    assert count(database, "idempotent_answer") == 0


def test_the_same_key_with_another_body_is_refused(database, post):
    post({"name": "x"}, "k1")
    refused = post({"name": "y"}, "k1")
    assert refused.status_code == 422
    assert refused.json["type"] == "urn:maitre:problem:idempotency-key-reused"
    assert count(database) == 1


def test_keys_of_different_callers_do_not_meet(database, post, things_settings, internal_headers):
    post({"name": "x"}, "k1")
    other = internal_headers(things_settings, "till", "till", id="till-2")
    assert post({"name": "y"}, "k1", **other).status_code == 201
    assert count(database) == 2


def test_a_refusal_is_not_kept(database, post):
    post({"name": "x"})
    assert post({"name": "x"}, "k1").status_code == 409
    assert post({"name": 5}, "k2").status_code == 422
    assert post(b"{", "k3").status_code == 400
    assert count(database, "idempotent_answer") == 0
    assert post({"name": "y"}, "k1").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256], ids=lambda key: repr(key)[:10])
def test_odd_keys_are_refused_by_name(database, post, key):
    refused = post({"name": "x"}, key)
    assert refused.status_code == 422
    assert list(refused.json["errors"]) == ["Idempotency-Key"]
    assert count(database) == 0


def test_while_the_first_runs_the_second_is_a_conflict(database, post):
    things.entered.clear(), things.may_go_on.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, {"name": "slow"}, "k1")
        try:
            assert things.entered.wait(10)
            second = post({"name": "slow"}, "k1")
        finally:
            things.may_go_on.set()
        assert first.result().status_code == 201
    assert second.status_code == 409
    assert second.headers["Retry-After"] == "1"
    assert post({"name": "slow"}, "k1").get_data() == first.result().get_data()


def test_of_many_at_once_one_writes_and_nobody_gets_another_answer(database, post):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post({"name": "x"}, "k1"), range(24)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert all(a.json["type"].endswith("still-running") for a in answers if a.status_code == 409)
    assert len({answer.get_data() for answer in answers if answer.status_code == 201}) == 1
    assert count(database) == 1


def test_what_is_kept_is_encrypted(database, post):
    post({"name": "ada"}, "k1")
    with database.reading() as connection:
        row = str(connection.execute(text("SELECT * FROM idempotent_answer")).one())
    assert "ada" not in row
    assert "k1'" not in row


def test_an_answer_moved_to_another_key_is_not_given_out(database, post):
    post({"name": "x"}, "k1")
    post({"name": "y"}, "k2")
    with database.transaction() as session:
        session.execute(
            text(
                "UPDATE idempotent_answer a SET answer = b.answer, fingerprint = b.fingerprint"
                " FROM idempotent_answer b WHERE a.key <> b.key"
            )
        )
    assert post({"name": "y"}, "k1").status_code == 422


def test_answers_survive_a_rotation_of_the_master_key(database, post, things_settings):
    first = post({"name": "x"}, "k1")
    old = things_settings.master_keys.reveal()
    rotated = make_app(replace(things_settings, master_keys=Secret(f"new:{'A' * 43},{old}")))
    assert post({"name": "x"}, "k1", rotated).get_data() == first.get_data()
    lost = make_app(replace(things_settings, master_keys=Secret(f"new:{'A' * 43}")))
    assert post({"name": "x"}, "k1", lost).status_code == 422
    rotated.extensions["crm"].close(), lost.extensions["crm"].close()
    assert count(database) == 1


def test_answers_are_kept_for_a_day(database, post):
    post({"name": "x"}, "k1")
    with database.transaction() as session:
        assert purge(session, now=datetime.now(UTC) + timedelta(hours=23)) == 0
        session.execute(text("UPDATE idempotent_answer SET created_at = created_at - interval '25 hours'"))
    assert post({"name": "y"}, "k1").status_code == 201
    with database.transaction() as session:
        assert purge(session, now=datetime.now(UTC) + timedelta(hours=25)) == 1
    assert count(database, "idempotent_answer") == 0
