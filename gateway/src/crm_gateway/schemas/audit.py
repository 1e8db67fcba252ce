"""Bodies about the audit log."""

import marshmallow as ma
from marshmallow.validate import OneOf, Range

from crm_chassis.fields import Body, Instant, Text, Uuid
from crm_chassis.pagination import PageArguments
from crm_gateway.audit.entries import KINDS
from crm_gateway.audit.exports import FORMATS

_GUEST = "01890a5d-ac96-774b-bcce-b302099a8057"
_STAFF = "01890a5d-ac96-774b-bcce-b302099a8001"


class AuditFilter(PageArguments):
    """Which entries are wanted."""

    customer_id = Uuid(load_default=None, metadata={"description": "Entries about this guest"})
    actor_id = Text(100, load_default=None, metadata={"description": "Entries of this member of staff or key"})
    action = Text(200, load_default=None, metadata={"description": "Operation id", "example": "get_customers"})
    kind = ma.fields.String(load_default=None, validate=OneOf(KINDS))
    since = Instant(load_default=None, data_key="from", metadata={"description": "At this instant or later"})
    until = Instant(load_default=None, data_key="to", metadata={"description": "Before this instant"})
    searched = Text(
        254, load_default=None, metadata={"description": "Entries in which exactly this text was looked for"}
    )


class AuditEntry(ma.Schema):
    """One line of the audit log: ids, names of fields and keyed hashes, never a guest's data."""

    sequence = ma.fields.Integer(required=True, metadata={"example": 4711})
    at = ma.fields.AwareDateTime(required=True)
    kind = ma.fields.String(
        required=True, validate=OneOf(KINDS),
        metadata={"example": "view", "description": "An attempt is committed before a change is tried; its outcome "
                  "names it. One without an outcome: whether the change was made, its service knows"},
    )  # fmt: skip
    actor_kind = ma.fields.String(required=True, metadata={"example": "staff"})
    actor_id = ma.fields.String(required=True, metadata={"example": _STAFF})
    actor_name = ma.fields.String(
        required=True, allow_none=True, metadata={"example": "host@example.com", "description": "As called today"}
    )
    actor_role = ma.fields.String(required=True, metadata={"example": "host"})
    action = ma.fields.String(required=True, metadata={"example": "get_customers_customer_id"})
    method = ma.fields.String(required=True, metadata={"example": "GET"})
    status = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 200})
    customer_ids = ma.fields.List(ma.fields.UUID(), required=True, metadata={"example": [_GUEST]})
    customers = ma.fields.Integer(
        required=True, metadata={"example": 1, "description": "How many guests it is about, those not listed too"}
    )
    times = ma.fields.Integer(required=True, metadata={"example": 1, "description": "How many requests it stands for"})
    searched = ma.fields.List(
        ma.fields.String(), required=True,
        metadata={"example": ["q:9f86d081884c7d659a2feaa0"], "description": "Name and keyed hash of each text sought"},
    )  # fmt: skip
    changed = ma.fields.List(
        ma.fields.String(), required=True, metadata={"example": ["name"], "description": "Fields that were sent"}
    )
    request_id = ma.fields.String(required=True, allow_none=True)
    address = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Keyed hash of the network address it came from"}
    )
    attempt = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "The sequence of the attempt this is the outcome of"}
    )
    hash = ma.fields.String(required=True, metadata={"description": "SHA-256 over the hash before and this entry"})


class NewExport(Body):
    """Which entries are to be written to a file."""

    since = Instant(
        load_default=None, allow_none=True, data_key="from", metadata={"description": "At this instant or later"}
    )
    until = Instant(load_default=None, allow_none=True, data_key="to", metadata={"description": "Before this instant"})
    customer_id = Uuid(load_default=None, allow_none=True, metadata={"example": _GUEST})
    actor_id = Text(100, load_default=None, allow_none=True, metadata={"example": _STAFF})
    format = ma.fields.String(load_default="csv", validate=OneOf(FORMATS), metadata={"example": "csv"})


class VerificationArguments(ma.Schema):
    """Where to go on."""

    after = ma.fields.Integer(
        load_default=None, validate=Range(1, 2**62),
        metadata={"description": "checked_to of an answer that was not complete; absent: from the beginning"},
    )  # fmt: skip


class Verification(ma.Schema):
    """How the chain was found."""

    is_intact = ma.fields.Boolean(
        required=True, allow_none=True, metadata={"example": True, "description": "null: not complete yet"}
    )
    is_complete = ma.fields.Boolean(required=True, metadata={"example": True})
    checked = ma.fields.Integer(required=True, metadata={"example": 4711, "description": "Entries looked at now"})
    checked_to = ma.fields.Integer(required=True, metadata={"example": 4711})
    first = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "The oldest entry kept"})
    broken_at = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "First that does not fit"})
    reason = ma.fields.String(required=True, allow_none=True)
