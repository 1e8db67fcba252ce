"""What customer does about other services' facts: the whole table of what it listens to."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from crm_chassis.consuming import Subscriptions
from crm_chassis.events import Received
from crm_contracts import campaign, feedback, loyalty, segmentation
from crm_customer.operations.privacy import note_answers

subscriptions = Subscriptions("customer")

Answer = TypeVar(
    "Answer",
    campaign.CustomerDataErasedV1,
    feedback.CustomerDataErasedV1,
    loyalty.CustomerDataErasedV1,
    segmentation.CustomerDataErasedV1,
)


@subscriptions.on(campaign.CustomerDataErasedV1, even_if_erased=True)
def note_campaign_answers(session: Session, events: Sequence[Received[campaign.CustomerDataErasedV1]]) -> None:
    """Campaign has forgotten a guest."""
    _note(session, "campaign", events)


@subscriptions.on(feedback.CustomerDataErasedV1, even_if_erased=True)
def note_feedback_answers(session: Session, events: Sequence[Received[feedback.CustomerDataErasedV1]]) -> None:
    """Feedback has forgotten a guest."""
    _note(session, "feedback", events)


@subscriptions.on(loyalty.CustomerDataErasedV1, even_if_erased=True)
def note_loyalty_answers(session: Session, events: Sequence[Received[loyalty.CustomerDataErasedV1]]) -> None:
    """Loyalty has forgotten a guest."""
    _note(session, "loyalty", events)


@subscriptions.on(segmentation.CustomerDataErasedV1, even_if_erased=True)
def note_segmentation_answers(session: Session, events: Sequence[Received[segmentation.CustomerDataErasedV1]]) -> None:
    """Segmentation has forgotten a guest."""
    _note(session, "segmentation", events)


def _note(session: Session, service: str, events: Sequence[Received[Answer]]) -> None:
    """Note a service's answers; the last one owed completes the guest's request."""
    ids = {event.data.customer_id for event in events}
    note_answers(session, service=service, customer_ids=ids, at=max(event.time for event in events))
