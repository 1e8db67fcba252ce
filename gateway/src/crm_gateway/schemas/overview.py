"""Bodies of the dashboard, the reports, the jobs and the search box."""

import marshmallow as ma
from marshmallow.validate import OneOf, Range

from crm_chassis.fields import Text
from crm_gateway.composition.caller import NOT_OFFERED
from crm_gateway.composition.overview import AT_LEAST, INCREASE, STATUSES
from crm_gateway.schemas.composition import ID, NOW, UnavailablePart

DAY = "2026-03-14"
LONGEST_QUERY = 200
MOST_SUGGESTIONS = 10


def _days(name: str) -> type[ma.Schema]:
    """Make a schema of days from and to; ``from`` is no name that Python lets a class give a field."""
    day = {"from": ma.fields.Date(required=True, metadata={"example": DAY}), "to": ma.fields.Date(required=True)}
    return ma.Schema.from_dict(dict(day), name=name)


MetricDays = _days("MetricDays")


class Target(ma.Schema):
    """What the restaurant wants to reach."""

    kind = ma.fields.String(required=True, validate=OneOf([INCREASE, AT_LEAST]))
    by = ma.fields.Float(required=True, allow_none=True, metadata={"example": 0.2, "description": "Of an increase"})
    value = ma.fields.Float(
        required=True, allow_none=True, metadata={"example": 0.35, "description": "Null: no baseline yet"}
    )


class MetricInterval(ma.Schema):
    """Between what the true figure lies with 95 % confidence, and how that was found."""

    low = ma.fields.Float(required=True, metadata={"example": 0.31})
    high = ma.fields.Float(required=True, metadata={"example": 0.37})
    method = ma.fields.String(required=True, metadata={"example": "wilson"})


class MetricBaseline(ma.Schema):
    """The same figure of the windows to compare with."""

    value = ma.fields.Float(required=True, allow_none=True, metadata={"example": 0.29})
    n = ma.fields.Integer(metadata={"example": 1204})
    window = ma.fields.Nested(MetricDays)
    basis = ma.fields.String(metadata={"example": "year_earlier"})


class DashboardMetric(ma.Schema):
    """One of the product's success metrics; value null where it cannot be said, and the status says why."""

    key = ma.fields.String(required=True, metadata={"example": "retention_rate"})
    label = ma.fields.String(required=True, metadata={"example": "Customer retention rate"})
    value = ma.fields.Float(required=True, allow_none=True, metadata={"example": 0.34})
    unit = ma.fields.String(required=True, metadata={"example": "ratio"})
    formula = ma.fields.String(required=True, allow_none=True, metadata={"description": "What is counted, exactly"})
    baseline = ma.fields.Nested(MetricBaseline, required=True, allow_none=True)
    target = ma.fields.Nested(Target, required=True)
    interval = ma.fields.Nested(MetricInterval, required=True, allow_none=True)
    n = ma.fields.Integer(
        required=True, allow_none=True, metadata={"example": 1391, "description": "How many it is counted over"}
    )
    window = ma.fields.Nested(MetricDays, required=True, allow_none=True)
    status = ma.fields.String(required=True, validate=OneOf([*STATUSES, NOT_OFFERED]))
    service = ma.fields.String(required=True, metadata={"example": "customer", "description": "Who brings it"})
    as_of = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": NOW})


class DashboardTile(ma.Schema):
    """A figure at a glance, beside that of the same span before."""

    key = ma.fields.String(required=True, metadata={"example": "new_guests"})
    label = ma.fields.String(required=True, metadata={"example": "New guests in 7 days"})
    value = ma.fields.Integer(required=True, metadata={"example": 23})
    previous = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 19})
    unit = ma.fields.String(required=True, metadata={"example": "count", "description": "count, minor, points"})
    currency = ma.fields.String(metadata={"example": "USD", "description": "Of an amount in minor units"})
    window = ma.fields.Nested(MetricDays, allow_none=True)
    service = ma.fields.String(required=True, metadata={"example": "customer", "description": "Who says so"})


class Dashboard(ma.Schema):
    """What a home page shows to this role."""

    persona = ma.fields.String(required=True, metadata={"example": "owner", "description": "The asker's role"})
    success_metrics = ma.fields.List(ma.fields.Nested(DashboardMetric), required=True)
    tiles = ma.fields.List(ma.fields.Nested(DashboardTile), required=True)
    unavailable = ma.fields.List(ma.fields.Nested(UnavailablePart), required=True)
    as_of = ma.fields.AwareDateTime(required=True, metadata={"example": NOW})


class Report(ma.Schema):
    """One of the product's reports, where it is, and whether it is there yet."""

    key = ma.fields.String(required=True, metadata={"example": "acquisition"})
    label = ma.fields.String(required=True, metadata={"example": "Customer acquisition"})
    path = ma.fields.String(required=True, metadata={"example": "/reports/acquisition"})
    service = ma.fields.String(required=True, metadata={"example": "customer"})
    is_offered = ma.fields.Boolean(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "Who may read it"})


class Reports(ma.Schema):
    """The product's reports."""

    items = ma.fields.List(ma.fields.Nested(Report), required=True)


class Job(ma.Schema):
    """Long work and how far it is; some kinds say more."""

    class Meta:
        """Each kind may say more."""

        unknown = ma.INCLUDE

    id = ma.fields.UUID(required=True, metadata={"example": ID})
    kind = ma.fields.String(required=True, metadata={"example": "import"})
    state = ma.fields.String(required=True, metadata={"example": "running"})
    done = ma.fields.Integer(allow_none=True, metadata={"example": 4200})
    total = ma.fields.Integer(allow_none=True, metadata={"example": 10000})
    created_at = ma.fields.AwareDateTime(metadata={"example": NOW})
    service = ma.fields.String(required=True, metadata={"example": "customer", "description": "Whose work it is"})


class Jobs(ma.Schema):
    """The asker's jobs of all services, running ones first, then the newest."""

    items = ma.fields.List(ma.fields.Nested(Job), required=True, metadata={"x-items-of": "jobs"})
    unavailable = ma.fields.List(ma.fields.Nested(UnavailablePart), required=True)


class JobsQuery(ma.Schema):
    """How many jobs are wanted."""

    limit = ma.fields.Integer(load_default=20, validate=Range(1, 100), metadata={"description": "How many at most"})


class SearchQuery(ma.Schema):
    """What somebody began to type."""

    q = Text(LONGEST_QUERY, required=True, metadata={"example": "garc"})
    limit = ma.fields.Integer(
        load_default=MOST_SUGGESTIONS,
        validate=Range(1, MOST_SUGGESTIONS),
        metadata={"description": "How many at most"},
    )


class SearchSuggestion(ma.Schema):
    """Something that may be meant; what else it says depends on its kind."""

    class Meta:
        """Each kind says more."""

        unknown = ma.INCLUDE

    kind = ma.fields.String(required=True, metadata={"example": "customer"})
    id = ma.fields.UUID(required=True, metadata={"example": ID})
    label = ma.fields.String(required=True, allow_none=True, metadata={"example": "Lucía García"})
    service = ma.fields.String(required=True, metadata={"example": "customer", "description": "Whose it is"})


class SearchSuggestions(ma.Schema):
    """What may be meant, the best of each kind first; kinds that are not there now are named."""

    items = ma.fields.List(ma.fields.Nested(SearchSuggestion), required=True, metadata={"x-items-of": "suggestions"})
    unavailable = ma.fields.List(ma.fields.Nested(UnavailablePart), required=True)
