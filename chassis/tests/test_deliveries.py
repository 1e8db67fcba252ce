"""What is tried again at once, what later, and what goes to the dead letters."""

import psycopg
import pytest
import sqlalchemy.exc

from crm_chassis import topology
from crm_chassis.deliveries import Failure, Message, is_transient, next_stop
from crm_chassis.errors import DomainError, Kind


class ServiceAway(DomainError):
    """A service we need does not answer."""

    kind = Kind.UNAVAILABLE


class NoSuchCoin(DomainError):
    """A refusal by the business."""

    kind = Kind.NOT_FOUND


def message(**headers):
    return Message(b"{}", 1, 1, {"application_headers": headers}, "coin_dropped.v1")


def wrapped(error):
    """Wrap a driver's error as SQLAlchemy does."""
    return sqlalchemy.exc.DBAPIError.instance("SELECT 1", {}, error, psycopg.Error)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("connection refused"),
        psycopg.errors.AdminShutdown(),
        psycopg.errors.CannotConnectNow(),
        psycopg.errors.TooManyConnections(),
        psycopg.errors.DiskFull(),
        psycopg.errors.DeadlockDetected(),
        psycopg.errors.SerializationFailure(),
        psycopg.errors.LockNotAvailable(),
        psycopg.errors.ReadOnlySqlTransaction(),
        psycopg.errors.ConnectionFailure(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_database_in_trouble_is_nobodys_fault(error):
    assert is_transient(error)
    assert is_transient(wrapped(error))


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.QueryCanceled(),
        psycopg.errors.ProgramLimitExceeded(),
        psycopg.errors.UniqueViolation(),
        psycopg.errors.UndefinedTable(),
        psycopg.errors.NumericValueOutOfRange(),
        psycopg.errors.ObjectNotInPrerequisiteState(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_statement_at_fault_counts_as_an_attempt(error):
    assert not is_transient(error)
    assert not is_transient(wrapped(error))


def test_an_away_service_is_waited_for_and_a_refusal_is_not():
    assert is_transient(ServiceAway())
    assert is_transient(sqlalchemy.exc.TimeoutError())
    assert not is_transient(NoSuchCoin())
    assert not is_transient(ValueError())


def test_a_failed_message_waits_longer_each_time_and_is_parked_in_the_end():
    attempted, stops = message(), []
    for _ in range(len(topology.RETRY_DELAYS_S) + 1):
        queue, headers = next_stop("loyalty", Failure(attempted, NoSuchCoin("jane@example.com")))
        stops.append(queue)
        attempted = message(**headers)
    retries = [topology.retry_name("loyalty", delay) for delay in topology.RETRY_DELAYS_S]
    assert stops == [*retries, topology.parked_name("loyalty")]
    assert headers[topology.REASON_HEADER] == "NoSuchCoin"
    assert headers["x-original-routing-key"] == "coin_dropped.v1"
    assert headers[topology.ATTEMPTS_HEADER] == len(topology.RETRY_DELAYS_S) + 1


def test_a_hopeless_message_is_parked_at_once():
    assert next_stop("loyalty", Failure(message(), ValueError(), is_hopeless=True))[0] == topology.parked_name(
        "loyalty"
    )


def test_a_message_is_handled_alone_after_a_failure_or_several_redeliveries():
    assert not message().is_suspect
    assert not message(**{"x-delivery-count": 2}).is_suspect
    assert message(**{"x-delivery-count": 3}).is_suspect
    assert message(**{"x-acquired-count": 3}).is_suspect
    assert message(**{topology.ATTEMPTS_HEADER: 1}).is_suspect
    assert message(**{"x-delivery-count": topology.DELIVERY_LIMIT}).came_back_too_often
