"""Bodies about staff and keys."""

from typing import Any

import marshmallow as ma
from marshmallow.validate import Length, OneOf

from crm_chassis.fields import Body, Flag, Instant, Text, Uuid, Whole
from crm_gateway.operations.api_keys import LONGEST_OVERLAP_H, SCOPES
from crm_gateway.passwords import LONGEST, SHORTEST
from crm_gateway.permissions import KEY_ROLES, STAFF_ROLES
from crm_gateway.schemas.sessions import AT, ID, LONGEST_EMAIL

LONGEST_NAME = 100
_ALL_SCOPES = sorted({scope for scopes in SCOPES.values() for scope in scopes})


def _locations(**options: Any) -> Any:
    metadata = {"description": "Bound to these locations; null: all", "example": None}
    return ma.fields.List(Uuid(), allow_none=True, validate=Length(1, 1000), metadata=metadata, **options)


def _role(roles: tuple[str, ...], example: str, **options: Any) -> Any:
    return ma.fields.String(validate=OneOf(roles), metadata={"example": example}, **options)


class NewStaff(Body):
    """A member of staff to be added."""

    email = ma.fields.Email(
        required=True, validate=Length(3, LONGEST_EMAIL), metadata={"example": "ana.garcia@example.com"}
    )
    name = Text(LONGEST_NAME, least=0, load_default="", metadata={"example": "Ana Garcia"})
    password = Text(
        LONGEST, least=SHORTEST, load_default=None,
        metadata={"format": "password", "description": "Absent: they sign in through the identity provider alone",
                  "example": "four words or so, unusual"},
    )  # fmt: skip
    must_change_password = Flag(
        load_default=False, metadata={"description": "Nothing else is allowed until they have", "example": True}
    )
    role = _role(STAFF_ROLES, "manager", required=True)
    location_ids = _locations(load_default=None)


class StaffChanges(Body):
    """What is to change about a member of staff; what is absent stays."""

    name = Text(LONGEST_NAME, least=0, metadata={"example": "Ana Garcia"})
    role = _role(STAFF_ROLES, "manager")
    location_ids = _locations()
    is_active = Flag(metadata={"description": "false: dismissed", "example": True})


class StaffMember(ma.Schema):
    """A member of staff."""

    id = ma.fields.UUID(required=True, metadata={"example": ID})
    email = ma.fields.String(required=True, metadata={"example": "ana.garcia@example.com"})
    name = ma.fields.String(required=True, metadata={"example": "Ana Garcia"})
    role = _role(STAFF_ROLES, "manager", required=True)
    location_ids = ma.fields.List(ma.fields.UUID(), required=True, allow_none=True, metadata={"example": None})
    is_active = ma.fields.Boolean(required=True, metadata={"example": True})
    has_password = ma.fields.Boolean(
        required=True, metadata={"description": "false: through the identity provider alone", "example": True}
    )
    must_change_password = ma.fields.Boolean(required=True, metadata={"example": False})
    has_second_factor = ma.fields.Boolean(required=True, metadata={"example": True})
    last_signed_in_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "With a browser", "example": AT}
    )
    created_at = ma.fields.AwareDateTime(required=True, metadata={"example": AT})
    version = ma.fields.Integer(required=True, metadata={"description": "As in the ETag", "example": 3})


class TemporaryPassword(ma.Schema):
    """A password to hand over; it must be changed at the first sign-in."""

    temporary_password = ma.fields.String(required=True, metadata={"example": "Zk3_mPq8vL2xWd9R"})


class NewApiKey(Body):
    """A key to be made for a till or a booking system."""

    name = Text(LONGEST_NAME, required=True, metadata={"example": "Till at the bar"})
    role = _role(KEY_ROLES, "till", load_default="till")
    scopes = ma.fields.List(
        ma.fields.String(validate=OneOf(_ALL_SCOPES)), validate=Length(1, 20),
        metadata={"description": "Absent: all that the role may do", "example": ["orders:write"]},
    )  # fmt: skip
    location_ids = _locations(load_default=None)
    expires_at = Instant(
        load_default=None, allow_none=True, metadata={"description": "When it ends; null: never", "example": AT}
    )


class ApiKey(ma.Schema):
    """A key without its secret."""

    id = ma.fields.UUID(required=True, metadata={"example": ID})
    name = ma.fields.String(required=True, metadata={"example": "Till at the bar"})
    prefix = ma.fields.String(required=True, metadata={"example": "0f3a9c5e7b12"})
    role = _role(KEY_ROLES, "till", required=True)
    scopes = ma.fields.List(ma.fields.String(), required=True, metadata={"example": ["orders:write"]})
    location_ids = ma.fields.List(ma.fields.UUID(), required=True, allow_none=True, metadata={"example": None})
    created_at = ma.fields.AwareDateTime(required=True, metadata={"example": AT})
    last_used_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Within a minute or so", "example": AT}
    )
    expires_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": None})
    revoked_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": None})
    replaced_by_id = ma.fields.UUID(
        required=True, allow_none=True, metadata={"description": "The key it was rotated to", "example": None}
    )


class ApiKeyWithSecret(ApiKey):
    """A fresh key: ``key`` is shown this once."""

    key = ma.fields.String(required=True, metadata={"example": "mk_0f3a9c5e7b12_..."})


class KeyRotation(Body):
    """How a key is to be replaced."""

    overlap_hours = Whole(
        0, LONGEST_OVERLAP_H, load_default=24,
        metadata={"description": "How long the old key stays good beside the new one", "example": 24},
    )  # fmt: skip
