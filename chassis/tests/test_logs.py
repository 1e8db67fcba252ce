"""Logs are JSON lines with ids and without anything personal (RULES G3)."""

import io
import json
import logging
import sys

import psycopg
import pytest
import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from crm_chassis import tracing
from crm_chassis.config import Secret
from crm_chassis.logs import configure_logging, describe, logger

NASTY = ["jane.doe@example.com", "+1 (555) 010-4477", "+4915112345678", "0151 2345 6789", "Jane Doe"]


@pytest.fixture
def lines(monkeypatch):
    """Configure logging for the test and give the lines written so far, at least one."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    configure_logging("loyalty", "worker", "INFO")
    logging.raiseExceptions = True

    def written():
        assert stream.getvalue()
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_a_line_is_json_and_says_where_and_when_it_comes_from(lines):
    with structlog.contextvars.bound_contextvars(correlation_id="abc"), tracing.server_span("GET /v1/members"):
        logger.info("points_booked", entries=3)
        trace_id = tracing.current_traceparent().split("-")[1]
    (line,) = lines()
    assert line["event"] == "points_booked"
    assert (line["service"], line["process"], line["level"], line["entries"]) == ("loyalty", "worker", "info", 3)
    assert (line["correlation_id"], line["trace_id"]) == ("abc", trace_id)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "key",
    ["email", "guest_email", "guestEmail", "phone", "phone_number", "name", "first_name", "displayName", "address",
     "emails", "body", "query", "token", "access_token", "password", "sql_params", "parameters", "authorization",
     "api_key", "masterKeys", "birthday", "notes", "comment", "search", "database_url", "cookie", "X-Secret"],
)  # fmt: skip
def test_personal_keys_are_hidden_at_any_depth(lines, key):
    logger.info("seen", **{key: "Jane Doe"}, deep={"list": [{key: {"inner": "Jane Doe"}}]})
    assert "Jane" not in json.dumps(lines())


@pytest.mark.parametrize("key", ["capacity", "queue", "routing_key", "retry_in_s", "order_id", "type", "subject"])
def test_ordinary_keys_are_shown(lines, key):
    logger.info("seen", **{key: "plain"})
    assert lines()[0][key] == "plain"


@pytest.mark.parametrize("value", NASTY[:4])
def test_contacts_in_any_text_are_hidden(lines, value):
    logger.info(f"guest {value} came", reason=f"because {value} said so", items=[value], deep={value: 1})
    logger.warning("seen", path=f"/v1/customers?q={value}")
    assert value not in json.dumps(lines())


def test_ordinary_texts_are_shown(lines):
    texts = ["127.0.0.1:5672", "2026-03-01T12:00:00Z", "0198c0de-0000-7000-8000-000000000000", "took 12.5 s"]
    logger.info("seen", texts=texts)
    assert lines()[0]["texts"] == texts


def test_secrets_and_bytes_are_hidden_whatever_their_key(lines):
    logger.info("seen", x=Secret("hunter2"), raw=b"Jane Doe", y=[Secret("hunter2")])
    text_of = json.dumps(lines())
    assert "hunter2" not in text_of
    assert "Jane" not in text_of


@pytest.mark.parametrize("nasty", NASTY)
def test_an_exception_shows_its_class_and_place_and_not_its_text(lines, nasty):
    def deep():
        raise KeyError(nasty) from ValueError(f"no guest {nasty}")

    try:
        deep()
    except KeyError:
        logger.exception("failed")
        logging.getLogger("anything").exception("failed too")
    for line in lines():
        assert nasty not in json.dumps(line)
        assert [link["error"] for link in line["exception"]] == ["KeyError", "ValueError"]
        assert line["exception"][0]["frames"][-1].endswith("deep")


@pytest.mark.parametrize("nasty", NASTY)
def test_libraries_do_not_quote_data(lines, nasty):
    for name in ("urllib3.connectionpool", "werkzeug", "some.library"):
        logging.getLogger(name).warning("Retrying %r after %s", nasty, ValueError(nasty))
        logging.getLogger(name).info("left out %s", nasty)
    written = lines()
    assert nasty not in json.dumps(written)
    assert all("ValueError" in line["event"] for line in written if line["level"] == "warning")


def test_a_refused_row_is_described_by_codes_and_names_alone(postgres_url):
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE guest (mail text CONSTRAINT one_guest_each UNIQUE)"))
        connection.execute(text("INSERT INTO guest VALUES (:mail)"), {"mail": NASTY[0]})
        with pytest.raises(IntegrityError) as refused:
            connection.execute(text("INSERT INTO guest VALUES (:mail)"), {"mail": NASTY[0]})
    engine.dispose()
    assert describe(refused.value) == "IntegrityError: 23505 guest one_guest_each"
    assert describe(refused.value.orig) == "UniqueViolation: 23505 guest one_guest_each"
    assert describe(psycopg.OperationalError("password for jane")) == "OperationalError"
    assert describe(ConnectionRefusedError(111, "Connection refused")) == "ConnectionRefusedError: Connection refused"
