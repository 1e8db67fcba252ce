"""Settings: read from the environment once, frozen, and every missing one named at once."""

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_type_hints

from environs import Env, EnvValidationError, ValidationError

HIDDEN = "***"

Settings = TypeVar("Settings")


class MissingSetting(Exception):
    """The process cannot start: settings are absent or unreadable; the text names each variable and its purpose."""

    is_safe_to_log = True


class Secret(str):
    """A string that printing, formatting and logging hide; ``reveal`` gives the plain text."""

    __slots__ = ()

    def reveal(self) -> str:
        """Give the plain text."""
        return "".join(self)

    def __repr__(self) -> str:
        return f"Secret('{HIDDEN}')"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, format_spec: str) -> str:
        return HIDDEN


class Variable(NamedTuple):
    """Marks a field as read from the environment: ``size: Annotated[int, Variable("CRM_SIZE", "its purpose")] = 8``."""

    name: str
    purpose: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProcessSettings:
    """What every process has: a database, a name to sign as, a log level."""

    service: str
    database_url: Annotated[Secret, Variable("CRM_DATABASE_URL", "URL of this service's own PostgreSQL database")]
    signing_key: Annotated[Secret, Variable("CRM_SIGNING_KEY", "signs internal tokens: name/1:base64url Ed25519 seed")]
    log_level: Annotated[str, Variable("CRM_LOG_LEVEL", "least severity that is logged")] = "INFO"
    health_port: Annotated[int, Variable("CRM_HEALTH_PORT", "health and metrics of a worker or relay; 0: none")] = 0
    pool_size: Annotated[int, Variable("CRM_DATABASE_POOL_SIZE", "most database connections of this process")] = 8


@dataclasses.dataclass(frozen=True, kw_only=True)
class BrokerSettings(ProcessSettings):
    """What a process has that consumes events: the broker besides."""

    broker_url: Annotated[Secret, Variable("CRM_BROKER_URL", "AMQP URL of the RabbitMQ virtual host")]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServiceSettings(BrokerSettings):
    """What every service has besides: its keys' database, its master keys and whom it trusts."""

    keys_database_url: Annotated[
        Secret, Variable("CRM_KEYS_DATABASE_URL", "URL of the database of this service's keys")
    ]
    master_keys: Annotated[Secret, Variable("CRM_MASTER_KEYS", "current one first: id:base64url of 32 bytes,...")]
    trusted_keys: Annotated[str, Variable("CRM_TRUSTED_KEYS", "whose internal tokens count: name/1:base64url key,...")]


class _Environment(Env):
    """environs over any mapping; an empty value is an absent one, ``X_FILE`` names a file that holds X."""

    def __init__(self, source: Mapping[str, str]) -> None:
        super().__init__(eager=False)
        self._source = source

    def _get_value(self, env_key: str, default: Any) -> Any:
        path = self._source.get(f"{env_key}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise MissingSetting(f"{env_key}_FILE names a file that cannot be read: {error.strerror}") from error
        return self._source.get(env_key) or default


def read_settings(cls: type[Settings], environ: Mapping[str, str] | None = None) -> Settings:
    """Read ``cls`` from the environment; raises MissingSetting naming every absent or unreadable variable."""
    env = _Environment(os.environ if environ is None else environ)
    values: dict[str, Any] = {}
    purposes: dict[str, str] = {}
    defaults = {field.name: field.default for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for name, hint in get_type_hints(cls, include_extras=True).items():
        variable = next((mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Variable)), None)
        if variable is not None:
            purposes[variable.name] = variable.purpose
            values[name] = _read(env, variable.name, get_args(hint)[0], defaults[name])
    try:
        env.seal()
    except EnvValidationError as error:
        problems: dict[str, Any] = dict(error.error_messages)  # type: ignore[arg-type]
        lines = [f"  {name}: {purposes[name]} ({_first(reasons)})" for name, reasons in problems.items()]
        raise MissingSetting("Settings are missing or wrong:\n" + "\n".join(lines)) from None
    return cls(**values)


def _read(env: Env, variable: str, wanted: Any, default: Any) -> Any:
    """Read one variable as the type its field has; problems are kept by ``env`` until it is sealed."""
    default = ... if default is dataclasses.MISSING else default
    if wanted is int:
        return env.int(variable, default)
    if wanted is bool:
        return env.bool(variable, default)
    value = env.str(variable, default, validate=_printable)
    return Secret(value) if wanted is Secret and value is not None else value


def _printable(value: str) -> None:
    """Refuse control characters: they come from broken quoting and break URLs and keys later."""
    if not value.isprintable():
        raise ValidationError("Has control characters.")


def _first(reasons: Any) -> str:
    """Give the first reason environs has, without the value."""
    return str(reasons[0]) if isinstance(reasons, list) and reasons else str(reasons)
