"""The envelope every event travels in: CloudEvents 1.0 as JSON, encoded and decoded by msgspec.

Extension attributes: ``sequence`` (the subject's, RULES D1), ``traceparent`` (W3C), ``causationid`` (the event that
led to this one) and ``restated`` (told again by a backfill: an old fact, not news).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, Protocol, TypeVar
from uuid import UUID

import msgspec


class Event(Protocol):
    """A frozen dataclass of ``contracts``: ``type`` is its versioned name, ``subject`` the field with its subject."""

    type: ClassVar[str]
    subject: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)
"""What msgspec raises on bad JSON; RecursionError where it is nested too deeply."""

E = TypeVar("E", bound=Event)
EventType = type[E]


class NotAnEvent(Exception):
    """A message's body is no envelope we know, or its data does not fit its type; trying again will not help."""


@dataclass(frozen=True, kw_only=True)
class Received(Generic[E]):
    """An event as a handler gets it; ``data`` is the contract's dataclass, ``time`` when its owner recorded it."""

    id: UUID
    type: str
    subject: UUID
    sequence: int
    time: datetime
    data: E
    traceparent: str | None = None
    causation_id: UUID | None = None
    is_restated: bool = False


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A parsed envelope whose data is still JSON; ``received`` gives the whole event."""

    specversion: Literal["1.0"]
    id: UUID
    source: str
    type: str
    subject: UUID
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    sequence: int
    data: msgspec.Raw
    traceparent: str | None = None
    causation_id: UUID | None = msgspec.field(name="causationid", default=None)
    is_restated: bool = msgspec.field(name="restated", default=False)

    def received(self, event_type: EventType[E]) -> Received[E]:
        """Decode the data as ``event_type``, ignoring fields it does not know; raises NotAnEvent."""
        try:
            data = _data_decoder(event_type).decode(self.data)
        except UNREADABLE as error:
            raise NotAnEvent(f"{self.type}: {error}") from error
        return Received(
            id=self.id,
            type=self.type,
            subject=self.subject,
            sequence=self.sequence,
            time=self.time,
            data=data,
            traceparent=self.traceparent,
            causation_id=self.causation_id,
            is_restated=self.is_restated,
        )


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Envelope)


def envelope(
    event: Event,
    *,
    id: UUID,  # noqa: A002 -- CloudEvents' own name
    sequence: int,
    time: datetime,
    traceparent: str | None = None,
    causation_id: UUID | None = None,
    is_restated: bool = False,
) -> bytes:
    """Encode ``event`` in its envelope; ``time`` is the instant of recording."""
    return _encoder.encode(
        Envelope(
            specversion="1.0",
            id=id,
            source=owner_of(event.type),
            type=event.type,
            subject=subject_of(event),
            time=time,
            sequence=sequence,
            data=msgspec.Raw(_encoder.encode(event)),
            traceparent=traceparent,
            causation_id=causation_id,
            is_restated=is_restated,
        )
    )


def parse(body: bytes) -> Envelope:
    """Decode an envelope, ignoring attributes it does not know; raises NotAnEvent."""
    try:
        return _decoder.decode(body)
    except UNREADABLE as error:
        raise NotAnEvent(str(error)) from error


def owner_of(event_type: str) -> str:
    """Name the service that announces events of this type."""
    return event_type.partition(".")[0]


def subject_of(event: Event) -> UUID:
    """Give the id of what the event is about."""
    subject: UUID = getattr(event, event.subject)
    return subject


@cache
def _data_decoder(event_type: EventType[E]) -> msgspec.json.Decoder[E]:
    """Compile the decoder of one type's data, once."""
    return msgspec.json.Decoder(event_type)
