"""What the product measures and reports: the six success metrics, the six reports, and the tiles of each persona."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from crm_chassis.fields import UUID_FORM
from crm_gateway.composition.caller import NOT_OFFERED, NOT_PERMITTED
from crm_gateway.composition.composer import Composed

INCREASE, AT_LEAST = "increase", "at_least"
REACHED, IMPROVING, BEHIND, NO_BASELINE, NO_DATA, UNAVAILABLE = STATUSES = (
    "reached",
    "improving",
    "behind",
    "no_baseline",
    "no_data",
    "unavailable",
)


@dataclass(frozen=True)
class Metric:
    """A success metric of the product and its target: *by* how much over the baseline, or *at_least* what."""

    key: str
    label: str
    unit: str
    service: str
    kind: str
    goal: float

    def target(self, baseline: float | None) -> dict[str, Any]:
        """Say what is to be reached; of an increase the value is known once there is a baseline."""
        if self.kind == AT_LEAST:
            return {"kind": AT_LEAST, "by": None, "value": self.goal}
        value = None if baseline is None else baseline * (1 + self.goal)
        return {"kind": INCREASE, "by": self.goal, "value": value}


METRICS = (
    Metric("retention_rate", "Customer retention rate", "ratio", "customer", INCREASE, 0.20),
    Metric("repeat_visit_frequency", "Repeat visit frequency", "visits_per_30_days", "customer", INCREASE, 0.30),
    Metric("average_clv", "Average customer lifetime value", "minor", "customer", INCREASE, 0.25),
    Metric("email_open_rate", "E-mail open rate", "ratio", "campaign", AT_LEAST, 0.25),
    Metric("customer_satisfaction", "Customer satisfaction", "score_of_5", "feedback", AT_LEAST, 4.5),
    Metric("referral_rate", "Referral rate", "ratio", "loyalty", INCREASE, 0.15),
)
"""The spec's success metrics; services bring the figures under these keys as parts of ``success-metrics``."""

REPORTS = (
    ("acquisition", "Customer acquisition", "/reports/acquisition", "customer"),
    ("retention", "Retention analysis", "/reports/retention", "customer"),
    ("lifetime_value", "Lifetime value", "/reports/lifetime-value", "customer"),
    ("segment_performance", "Segment performance", "/reports/segment-performance", "segmentation"),
    ("campaign_roi", "Campaign ROI", "/reports/campaign-roi", "campaign"),
    ("feedback_summary", "Feedback summary", "/reports/feedback-summary", "feedback"),
)

TILES = {
    "owner": ("spend", "new_guests", "covers_today", "reservations_today", "points_outstanding", "no_shows"),
    "marketing_manager": ("new_guests", "spend", "members", "points_outstanding"),
    "manager": ("covers_today", "reservations_today", "no_shows", "spend", "new_guests"),
    "host": ("covers_today", "reservations_today", "no_shows", "new_guests"),
}
"""Which tiles stand first on whose home page; others that a service offers them come after."""


def success_metrics(composed: Composed) -> list[dict[str, Any]]:
    """Give every metric of the product with its target and how it stands; value null where no service brings it."""
    known = {item["key"]: item for item in _items(composed, "key")}
    missing = {each["service"]: each["reason"] for each in composed.unavailable}
    shown = []
    for metric in METRICS:
        reason = missing.get(metric.service)
        if metric.key in known or reason != NOT_PERMITTED:
            shown.append(_metric(metric, known.get(metric.key), reason))
    return shown


def _metric(metric: Metric, item: Mapping[str, Any] | None, reason: str | None) -> dict[str, Any]:
    described = {"key": metric.key, "label": metric.label, "unit": metric.unit, "service": metric.service}
    if item is None:
        nothing = dict.fromkeys(("value", "formula", "baseline", "interval", "n", "window", "as_of"))
        status = UNAVAILABLE if reason not in {None, NOT_OFFERED} else NOT_OFFERED
        return described | nothing | {"target": metric.target(None), "status": status}
    baseline = (item.get("baseline") or {}).get("value")
    target = metric.target(baseline)
    return {**item, **described, "target": target, "status": _status(item.get("value"), baseline, target["value"])}


def _status(value: float | None, baseline: float | None, target: float | None) -> str:
    """Say how a figure stands to its target and to its baseline."""
    if value is None:
        return NO_DATA
    if target is None:
        return NO_BASELINE
    if value >= target:
        return REACHED
    return IMPROVING if baseline is not None and value > baseline else BEHIND


def tiles(composed: Composed, role: str) -> list[dict[str, Any]]:
    """Give the tiles that came, those of the role's home page first and in its order."""
    first = TILES.get(role, ())
    place = {key: number for number, key in enumerate(first)}
    return sorted(_items(composed, "key"), key=lambda tile: place.get(tile["key"], len(first)))


def interleaved(composed: Composed, limit: int) -> list[dict[str, Any]]:
    """Give at most *limit* of what the parts list, their first ones first, so that no part hides another."""
    ranked = [
        (rank, name, item) for name in composed.parts for rank, item in enumerate(_items(composed, "id", of=(name,)))
    ]
    return [item for _, _, item in sorted(ranked, key=lambda each: each[:2])[:limit]]


def guests_in(items: Iterable[Mapping[str, Any]]) -> set[UUID]:
    """Give the guests among what is suggested, for the audit log."""
    ids = {str(item["id"]) for item in items if item.get("kind") == "customer"}
    return {UUID(each) for each in ids if UUID_FORM.fullmatch(each)}


def newest(composed: Composed, limit: int, own: Iterable[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Give at most *limit* of the gateway's *own* jobs and those that came: running ones first, then the newest."""
    jobs = [*own, *_items(composed, "id")]
    jobs.sort(key=lambda job: (job.get("state") in {"queued", "running"}, str(job.get("created_at"))), reverse=True)
    return jobs[:limit]


def reports(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the product's reports, and of each whether a service offers it by now and to whom."""
    found = []
    for key, label, path, service in REPORTS:
        operation = document.get("paths", {}).get(path, {}).get("get", {})
        roles = sorted(operation.get("x-roles", []))
        known = {"key": key, "label": label, "path": path, "service": operation.get("x-service", service)}
        found.append(known | {"is_offered": bool(operation), "roles": roles})
    return found


def _items(composed: Composed, key: str, of: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Give the items of the parts that came, each with whose it is; what has no *key* is none."""
    return [
        {**item, "service": composed.services[name]}
        for name in (composed.parts if of is None else of)
        for item in _listed(composed.parts[name])
        if isinstance(item, dict) and key in item
    ]


def _listed(body: Any) -> list[Any]:
    items = body.get("items") if isinstance(body, dict) else None
    return items if isinstance(items, list) else []
