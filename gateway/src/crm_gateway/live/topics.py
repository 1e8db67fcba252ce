"""Who hears of what: each topic of the stream, the event types that belong to it, and who may follow it.

Types that no service announces yet stand here too: they are bound by name and join when they come. Which fields of an
event are shown follows from their classes in the contract; of a type that has no contract yet only ids are.
"""

from dataclasses import dataclass

from crm_chassis.auth import Principal
from crm_contracts.topology import OWNERS
from crm_gateway.permissions import BOOKINGS, ENGAGEMENT, LOYALTY, SPEND, STAFF_ROLES

ROLES = STAFF_ROLES
"""Who may open the stream; tills and booking systems have nothing to watch."""
_ANALYSTS = ("owner", "marketing_manager", "manager")


@dataclass(frozen=True)
class Topic:
    """A subject one can follow: ``events`` belong to it; one must have a role and see the class of data it is about."""

    name: str
    events: tuple[str, ...]
    roles: tuple[str, ...] = STAFF_ROLES
    data_class: str | None = None

    def may_follow(self, principal: Principal) -> bool:
        """Tell whether this principal may follow it."""
        return principal.role in self.roles and (self.data_class is None or principal.may_see(self.data_class))


def _of(owner: str, *facts: str) -> tuple[str, ...]:
    return tuple(f"{owner}.{fact}.v1" for fact in facts)


TOPICS = (
    Topic(
        "guest",
        _of(
            "customer", "registered", "profile_changed", "stage_changed", "tagged", "merged", "unmerged",
            "consent_changed", "occasion_due", "erasure_requested", "erased", "export_requested",
        ) + _of("campaign", "unsubscribed"),
    ),
    Topic(
        "order",
        _of("customer", "order_placed", "order_recorded", "order_corrected", "order_refunded", "order_ready"),
        roles=_ANALYSTS,
    ),
    Topic(
        "reservation",
        _of(
            "customer", "reservation_booked", "reservation_changed", "reservation_completed", "reservation_cancelled",
            "reservation_no_show",
        ),
        data_class=BOOKINGS,
    ),
    Topic("metrics", _of("customer", "metrics_changed"), data_class=SPEND),
    Topic("segment", _of("segmentation", "segment_defined", "customer_entered", "customer_left"), roles=_ANALYSTS),
    Topic(
        "points",
        _of(
            "loyalty", "enrolled", "points_earned", "points_reversed", "points_redeemed", "points_expiring",
            "points_expired", "tier_changed", "reward_redeemed", "referral_completed",
        ),
        data_class=LOYALTY,
    ),
    Topic(
        "review",
        _of(
            "feedback", "requested", "survey_submitted", "review_received", "review_replied", "issue_opened",
            "issue_resolved",
        ),
        data_class=ENGAGEMENT,
    ),
    Topic(
        "campaign",
        _of(
            "campaign", "launched", "completed", "message_sent", "message_delivered", "message_opened",
            "message_clicked", "message_bounced", "message_failed", "message_complained", "offer_issued",
            "offer_redeemed", "converted",
        ),
        data_class=ENGAGEMENT,
    ),
    Topic("job", tuple(f"{owner}.job_progressed.v1" for owner in OWNERS), roles=_ANALYSTS),
    Topic("location", _of("customer", "location_changed")),
)  # fmt: skip

NAMES = tuple(topic.name for topic in TOPICS)
TOPIC_OF = {event: topic for topic in TOPICS for event in topic.events}
