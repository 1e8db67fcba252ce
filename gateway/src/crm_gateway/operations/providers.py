"""Providers' settings: kept, sealed, never given back whole; and how much each of them sends."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, Integer, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_gateway.edge.registry import PROVIDERS, Field
from crm_gateway.edge.registry import Provider as Known
from crm_gateway.models.edge import Provider, ProviderTraffic
from crm_gateway.sealing import Sealer

PURPOSE = "edge/provider"
SHOWN_DAYS = 30
_ENDING, _LEAST_FOR_ENDING = 4, 12
ACCEPTED, REPEATED, REFUSED = OUTCOMES = ("accepted", "repeated", "refused")


class ProviderNotFound(DomainError):
    """There is no such provider."""

    kind = Kind.NOT_FOUND


class InvalidProviderSettings(DomainError):
    """Settings that this provider does not have, or that cannot be right."""


@dataclass(frozen=True)
class Kept:
    """What is kept of a provider: plain settings and secrets by name."""

    is_enabled: bool
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    version: int
    updated_at: datetime | None

    @property
    def values(self) -> dict[str, str]:
        """All of them."""
        return {**self.settings, **self.secrets}


NOTHING = Kept(is_enabled=False, settings={}, secrets={}, version=0, updated_at=None)


@dataclass(frozen=True)
class Traffic:
    """How many webhooks of a provider came in the last 30 days, and when the last ones did."""

    accepted: int = 0
    repeated: int = 0
    refused: int = 0
    last_accepted_at: datetime | None = None
    last_refused_at: datetime | None = None


@dataclass(frozen=True)
class Count:
    """One webhook that was accepted, known already, or refused."""

    name: str
    outcome: str
    at: datetime


def known(name: str) -> Known:
    """Give what Maître knows of a provider; raises ProviderNotFound."""
    if name not in PROVIDERS:
        raise ProviderNotFound
    return PROVIDERS[name]


def ending(secret: str) -> str | None:
    """Give the last four characters of a secret long enough to keep the rest of it secret."""
    return secret[-_ENDING:] if len(secret) >= _LEAST_FOR_ENDING else None


def kept(connection: Connection | Session, *, name: str, sealer: Sealer) -> Kept:
    """Give what is kept of a provider, or nothing."""
    row = connection.execute(select(*Provider.__table__.columns).where(Provider.name == name)).one_or_none()
    return NOTHING if row is None else _opened(row, sealer)


def all_kept(session: Session, *, sealer: Sealer) -> dict[str, Kept]:
    """Give what is kept of every provider that was set up."""
    rows = session.execute(select(*Provider.__table__.columns))
    return {row.name: _opened(row, sealer) for row in rows}


def _opened(row: Any, sealer: Sealer) -> Kept:
    opened = orjson.loads(sealer.open(row.sealed, row.name.encode()))
    return Kept(row.is_enabled, row.settings, opened, row.version, row.updated_at)


def set_up(
    session: Session,
    *,
    name: str,
    is_enabled: bool,
    changes: Mapping[str, str | None],
    sealer: Sealer,
    check_version: Any,
    now: datetime,
) -> Kept:
    """Keep a provider's settings: what is not named stays, null is removed; raises InvalidProviderSettings."""
    provider = known(name)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"provider {name}"))))
    before = kept(session, name=name, sealer=sealer)
    check_version(before.version)
    fields = {field.name: field for field in provider.fields}
    _check(fields, changes)
    values = before.values | dict(changes)
    made = {f.name: f.make() for f in provider.fields if f.make is not None and values.get(f.name) is None}
    values |= made
    after = {name: value for name, value in values.items() if value is not None and name in fields}
    plain = {name: value for name, value in after.items() if not fields[name].is_secret}
    hidden = {name: value for name, value in after.items() if fields[name].is_secret}
    row = {
        "is_enabled": is_enabled, "settings": plain, "sealed": sealer.seal(orjson.dumps(hidden), name.encode()),
        "version": before.version + 1, "updated_at": now,
    }  # fmt: skip
    statement = insert(Provider).values(name=name, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))
    return Kept(is_enabled, plain, hidden, before.version + 1, now)


def _check(fields: Mapping[str, Field], changes: Mapping[str, str | None]) -> None:
    """Refuse settings that do not exist or cannot be right; the refusal never repeats a value."""
    errors = {f"settings.{name}": ["Not a setting of this provider."] for name in changes if name not in fields}
    for name, value in changes.items():
        check = fields[name].check if name in fields else None
        if check is not None and value is not None:
            try:
                check(value)
            except ValueError:
                errors[f"settings.{name}"] = ["This cannot be right: copy it again from the provider's own settings."]
    if errors:
        raise InvalidProviderSettings(errors=errors)


def seal_anew(session: Session, *, sealer: Sealer) -> int:
    """Seal under the current master key what is still sealed under an older one; gives how many providers that were."""
    old = [row for row in session.scalars(select(Provider).with_for_update()) if not sealer.is_current(row.sealed)]
    for row in old:
        bound_to = row.name.encode()
        row.sealed = sealer.seal(sealer.open(row.sealed, bound_to), bound_to)
    return len(old)


def count(session: Session, counts: Sequence[Count]) -> None:
    """Add webhooks to the day's figures."""
    sums = Counter((each.name, each.at.date(), each.outcome) for each in counts)
    last: dict[tuple[str, Any, str], datetime] = {}
    for each in counts:
        key = (each.name, each.at.date(), each.outcome)
        last[key] = max(each.at, last.get(key, each.at))
    for name, day in sorted({key[:2] for key in sums}):
        row: dict[str, Any] = {outcome: sums[name, day, outcome] for outcome in OUTCOMES}
        row["last_accepted_at"] = last.get((name, day, ACCEPTED))
        row["last_refused_at"] = last.get((name, day, REFUSED))
        statement = insert(ProviderTraffic).values(name=name, on=day, **row)
        new, table = statement.excluded, ProviderTraffic
        grown: dict[str, Any] = {outcome: getattr(table, outcome) + getattr(new, outcome) for outcome in OUTCOMES}
        latest = {each: func.greatest(getattr(table, each), getattr(new, each)) for each in row if each not in OUTCOMES}
        session.execute(statement.on_conflict_do_update(index_elements=["name", "day"], set_=grown | latest))


def traffic(session: Session, *, now: datetime) -> dict[str, Traffic]:
    """Give each provider's figures of the last 30 days; the last instants are of all time."""
    table = ProviderTraffic
    recent = table.on > (now - timedelta(days=SHOWN_DAYS)).date()
    sums = [func.coalesce(func.sum(getattr(table, outcome)).filter(recent), 0).cast(Integer) for outcome in OUTCOMES]
    query = select(table.name, *sums, func.max(table.last_accepted_at), func.max(table.last_refused_at))
    return {name: Traffic(*figures) for name, *figures in session.execute(query.group_by(table.name))}
