"""Bodies about jobs."""

import marshmallow as ma
from marshmallow.validate import OneOf, Range

from crm_gateway.models.jobs import STATES

_ID = "01890a5d-ac96-774b-bcce-b302099a8099"


class JobBegun(ma.Schema):
    """Work was taken on; GET /jobs/{id} says how far it is."""

    job_id = ma.fields.UUID(required=True, metadata={"example": _ID})


class JobState(ma.Schema):
    """Long work and how far it is."""

    id = ma.fields.UUID(required=True, metadata={"example": _ID})
    kind = ma.fields.String(required=True, metadata={"example": "audit_export"})
    state = ma.fields.String(required=True, validate=OneOf(STATES), metadata={"example": "running"})
    done = ma.fields.Integer(required=True, validate=Range(0), metadata={"example": 4200})
    total = ma.fields.Integer(
        required=True, allow_none=True, metadata={"example": 10000, "description": "null: not known yet"}
    )
    result = ma.fields.Dict(
        keys=ma.fields.String(), required=True, allow_none=True,
        metadata={"description": "What came of it, once it succeeded; url: where its file is"},
    )  # fmt: skip
    error = ma.fields.String(required=True, allow_none=True, metadata={"description": "Why it failed"})
    created_at = ma.fields.AwareDateTime(required=True)
    updated_at = ma.fields.AwareDateTime(required=True)
