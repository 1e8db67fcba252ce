"""What feedback does about other services' facts: the whole table of what it listens to."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.consuming import Subscriptions
from crm_chassis.events import Received
from crm_contracts.customer import ErasedV1, MergedV1, UnmergedV1
from crm_feedback.operations.erasure import forget

subscriptions = Subscriptions("feedback")


@subscriptions.on(MergedV1)
def follow_merges(session: Session, events: Sequence[Received[MergedV1]]) -> None:
    """A merged guest means the survivor from now on (RULES E1)."""
    for event in events:
        subjects.merge(session, merged=event.subject, survivor=event.data.survivor_id, sequence=event.sequence)


@subscriptions.on(UnmergedV1)
def follow_unmerges(session: Session, events: Sequence[Received[UnmergedV1]]) -> None:
    """A guest whose merge was taken back means themselves again."""
    for event in events:
        subjects.unmerge(session, merged=event.subject, sequence=event.sequence)


@subscriptions.on(ErasedV1, even_if_erased=True)
def forget_guests(session: Session, events: Sequence[Received[ErasedV1]]) -> None:
    """Nothing more is taken in about an erased guest, and what is here is let go (RULES E2)."""
    for event in events:
        forget(session, cause=event, forgotten_at=datetime.now(UTC))
