"""Structured logs: JSON lines with correlation and trace ids, and never anything personal (RULES G3)."""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson
import structlog
from opentelemetry import trace

from crm_chassis.config import HIDDEN, Secret

logger: structlog.stdlib.BoundLogger = structlog.get_logger()

MOST_TEXT = 500
MOST_FRAMES = 12
MOST_ITEMS = 50

_PERSONAL = re.compile(
    r"(?:^|_)(?:e_?mails?|phones?|mobile|names?|address(?:es)?|street|city|postcode|zip|birth\w*|anniversary|body|bodies|"
    r"payload|query|sql|param\w*|tokens?|pass\w*|secrets?|authori[sz]ation|cookies?|credentials?|notes?|comments?|"
    r"(?:api|master|signing|index|data)_keys?|(?:free|message)_text|dsn|url|search\w*|contacts?)(?:_|$)"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
_PERSONAL_TEXT = re.compile(
    r"[^\s@'\"<>=]+@[^\s@'\"<>]+"  # anything like an e-mail address, and user:password@host
    r"|\+\d[\d\s().-]{5,}\d"  # international phone numbers
    r"|(?<![\w.-])(?!\d{4}-\d\d-\d\d|\d{1,3}(?:\.\d{1,3}){3}\b)\d[\d\s().-]{7,}\d(?![\w.-])"  # local ones
    r"|(?<=\?)[^\s'\"#]+=[^\s'\"]*"  # query strings
)
_PLAIN = {"event", "level", "timestamp", "logger", "service", "process", "correlation_id", "trace_id", "span_id"}
_INFRASTRUCTURE = ("alembic", "gunicorn.error", "nameko", "kombu", "amqp", "pika", "crm_")


def configure_logging(service: str, process: str, level: str = "INFO") -> None:
    """Send every log line of this process to stdout as one JSON object; the libraries' own from WARNING up."""
    level = level.upper()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _add_trace,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )

    def add_origin(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"], event["process"] = service, process
        return event

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                add_origin,
                _exceptions,
                redact,
                _render,
            ],
        )
    )
    handler.addFilter(_without_arguments)
    logging.raiseExceptions = False  # where stdout is gone, the line is not repeated unredacted on stderr
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("urllib3", "nameko", "kombu", "amqp", "pika", "werkzeug", "sqlalchemy", "alembic", "opentelemetry"):
        logging.getLogger(name).setLevel(logging.WARNING)


def describe(error: BaseException) -> str:
    """Say what went wrong in one short line that can hold nothing personal: class, codes, names of constraints.

    An exception's own text may quote what a guest typed, so it is kept only where its class vouches for it
    (``is_safe_to_log``) or the text is the operating system's or the broker's.
    """
    kind = type(error).__name__
    original = getattr(error, "orig", None) or error
    diagnostics = getattr(original, "diag", None)
    if diagnostics is not None:
        names = (getattr(original, "sqlstate", None), diagnostics.table_name, diagnostics.constraint_name)
        text = " ".join(str(name) for name in names if name)
    elif getattr(error, "is_safe_to_log", False):
        text = str(error)
    elif isinstance(error, OSError):
        text = error.strerror or ""
    elif type(error).__module__.startswith(("amqp.", "pika.")):
        text = str(error)
    else:
        text = ""
    return _scrub(f"{kind}: {text}" if text else kind)[:MOST_TEXT]


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide the values of personal keys at any depth, secrets, and what looks like a contact in any text."""
    for key, value in list(event.items()):
        event[key] = value if key in _PLAIN - {"event"} else _clean(key, value)
    return event


def _clean(key: str, value: Any, depth: int = 0) -> Any:  # noqa: PLR0911  a table of types
    """Give a value that may be logged under ``key``."""
    if isinstance(value, Secret) or (value is not None and _is_personal(key)) or depth > 4:  # noqa: PLR2004
        return HIDDEN
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, Mapping):
        return {_scrub(str(k)): _clean(str(k), v, depth + 1) for k, v in islice(value.items(), MOST_ITEMS)}
    if isinstance(value, str):
        return _scrub(value)[: MOST_TEXT * 4]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"{len(value)} bytes"
    if isinstance(value, (Sequence, set, frozenset)):
        return [_clean("", item, depth + 1) for item in islice(value, MOST_ITEMS)]
    return value


@lru_cache(maxsize=2000)
def _is_personal(key: str) -> bool:
    return _PERSONAL.search(_CAMEL.sub("_", key).lower()) is not None


def _scrub(text: str) -> str:
    return _PERSONAL_TEXT.sub(HIDDEN, text)


def _add_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the ids of the current span."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"], event["span_id"] = f"{context.trace_id:032x}", f"{context.span_id:016x}"
    return event


def _exceptions(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace exc_info by classes, safe texts and places in the code: no values, no source lines' contents."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    event.pop("stack_info", None)
    chain: list[dict[str, Any]] = []
    while isinstance(error, BaseException) and len(chain) < 4:  # noqa: PLR2004
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        chain.append({"error": describe(error), "frames": places})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if chain:
        event["exception"] = chain
    return event


def _without_arguments(record: logging.LogRecord) -> bool:
    """Keep libraries from quoting data: their arguments become types, unless they are numbers or exceptions."""
    if record.args and not record.name.startswith(_INFRASTRUCTURE):
        given = record.args if isinstance(record.args, tuple) else (record.args,)
        record.msg = f"{record.msg} {[_harmless(argument) for argument in given]}"
        record.args = None
    elif isinstance(record.args, tuple):
        record.args = tuple(describe(a) if isinstance(a, BaseException) else a for a in record.args)
    return True


def _harmless(argument: Any) -> Any:
    if isinstance(argument, BaseException):
        return describe(argument)
    return argument if isinstance(argument, (int, float)) else type(argument).__name__


def _render(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """Write one JSON line; what JSON does not know is written as the name of its type."""
    return orjson.dumps(event, default=lambda value: type(value).__name__, option=orjson.OPT_NON_STR_KEYS).decode()
