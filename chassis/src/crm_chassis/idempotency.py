"""Writes that a client may safely repeat: the same Idempotency-Key and body get the first answer again.

    @blueprint.post("")
    @allow("manager")
    @idempotent
    @blueprint.arguments(NewThing)
    @blueprint.response(201, Thing)
    def add_thing(body, session): ...

The decorator, outside `arguments` and `response`, opens the transaction and hands it to the view as the keyword
`session`; the answer is stored in that same transaction. A refusal raises, rolls back and is not kept: the client may
mend the request and use the key again. With or without a key, the view commits when its answer is made.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, make_response, request
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_chassis.answers import KEPT
from crm_chassis.auth import current_principal, describe
from crm_chassis.crypto import NONCE_BYTES, derive, parse_key, seal, unseal
from crm_chassis.errors import DomainError, Kind
from crm_chassis.fields import UUID_FORM
from crm_chassis.http import crm, read_body
from crm_chassis.tables import IdempotentAnswer

HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,255}")
REPEATED_HEADERS = ("Content-Type", "ETag", "Location")
View = TypeVar("View", bound=Callable[..., Any])


class BadIdempotencyKey(DomainError):
    """An Idempotency-Key has 1 to 255 visible ASCII characters."""


class IdempotencyKeyReused(DomainError):
    """This Idempotency-Key was used for another request."""


class StillRunning(DomainError):
    """The first request with this Idempotency-Key is still running."""

    kind = Kind.CONFLICT


def idempotent(view: View) -> View:
    """Give *view* its transaction as `session`, and repeat its answer for a repeated Idempotency-Key."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        with crm().database.transaction() as session:
            key = request.headers.get(HEADER)
            if key is None:
                return make_response(view(*args, session=session, **kwargs))
            if not KEY.fullmatch(key):
                raise BadIdempotencyKey(errors={HEADER: [BadIdempotencyKey.__doc__ or ""]})
            slot = _Slot(session, key)
            if (earlier := slot.earlier()) is not None:
                return earlier
            answer = make_response(view(*args, session=session, **kwargs))
            if answer.status_code < 400:  # noqa: PLR2004
                slot.keep(answer)
            return answer

    describe(guarded, idempotent=True)
    return cast("View", guarded)


class _Slot:
    """Where the answer to one caller's key on one route is kept; locked for the transaction."""

    def __init__(self, session: Session, key: str) -> None:
        asking = current_principal()
        who = "anyone" if asking is None else f"{asking.kind}:{asking.id}"
        self._session = session
        self._scope = f"{who} {request.method} {request.url_rule}"
        self._key = hashlib.sha256(key.encode()).hexdigest()
        self._bound_to = f"{self._scope} {self._key}".encode()
        lock = hashlib.sha256(self._bound_to).digest()[:8]
        if not session.scalar(select(func.pg_try_advisory_xact_lock(int.from_bytes(lock, signed=True)))):
            raise StillRunning(extra={"retry_after": 1})

    def earlier(self) -> Response | None:
        """Return the answer given before, None if there was none; IdempotencyKeyReused if the request was another."""
        row = self._session.execute(
            select(IdempotentAnswer).where(
                IdempotentAnswer.scope == self._scope,
                IdempotentAnswer.key == self._key,
                IdempotentAnswer.created_at > func.now() - KEPT,
            )
        ).scalar_one_or_none()
        if row is None:
            return None
        length = row.answer[0]
        secret = _master_keys().get(row.answer[1 : 1 + length].decode())
        if secret is None or not hmac.compare_digest(bytes(row.fingerprint), _fingerprint(secret)):
            raise IdempotencyKeyReused
        plain = unseal(_cipher(secret), bytes(row.answer[1 + length :]), self._bound_to)
        if plain is None:
            raise IdempotencyKeyReused
        headers, _, body = plain.partition(b"\n")
        return Response(body, row.status, orjson.loads(headers))

    def keep(self, answer: Response) -> None:
        """Store the answer, encrypted under the current master key, beside what the view wrote."""
        key_id, secret = next(iter(_master_keys().items()))
        headers = {name: answer.headers[name] for name in REPEATED_HEADERS if name in answer.headers}
        plain = orjson.dumps(headers) + b"\n" + answer.get_data()
        sealed = seal(_cipher(secret), os.urandom(NONCE_BYTES), plain, self._bound_to)
        values = {
            "fingerprint": _fingerprint(secret),
            "status": answer.status_code,
            "answer": bytes([len(key_id)]) + key_id.encode() + sealed,
            "subject": _subject_of(answer),
            "created_at": func.now(),
        }
        statement = insert(IdempotentAnswer).values(scope=self._scope, key=self._key, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=["scope", "key"], set_=values))


def _subject_of(answer: Response) -> UUID | None:
    """Tell whom an answer is about: its ``customer_id``, else its ``id`` (a customer's own record has no other)."""
    body = answer.get_json(silent=True) if answer.is_json else None
    named = (body.get("customer_id") or body.get("id")) if isinstance(body, dict) else None
    return UUID(named) if isinstance(named, str) and UUID_FORM.fullmatch(named) else None


def _fingerprint(secret: bytes) -> bytes:
    """Hash what was asked, keyed: a plain hash of a short body could be guessed back."""
    asked = hmac.new(derive(secret, "idempotency/request/v1"), request.full_path.encode(), hashlib.sha256)
    if (asking := current_principal()) is not None:  # who sees less by now does not get what they saw then
        asked.update(repr((asking.role, asking.sees, asking.locations)).encode() + b"\0")
    asked.update(b"\0" + read_body())
    return asked.digest()


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(derive(secret, "idempotency/answer/v1"))


def _master_keys() -> dict[str, bytes]:
    """Return the master keys by id, the current one first."""
    entries = (entry.strip().partition(":") for entry in crm().settings.master_keys.reveal().split(","))
    return {key_id: parse_key(key, "CRM_MASTER_KEYS") for key_id, _, key in entries if key_id}
