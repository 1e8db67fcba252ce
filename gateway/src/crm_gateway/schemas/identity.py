"""Bodies about staff and keys."""

import marshmallow as ma
from marshmallow.validate import Length, OneOf

from crm_chassis.fields import Body, Text, Uuid
from crm_gateway.operations.api_keys import SCOPES
from crm_gateway.passwords import LONGEST, SHORTEST
from crm_gateway.permissions import KEY_ROLES, STAFF_ROLES
from crm_gateway.schemas.sessions import LONGEST_EMAIL

_ALL_SCOPES = sorted({scope for scopes in SCOPES.values() for scope in scopes})


class NewStaff(Body):
    """A member of staff to be added."""

    email = ma.fields.Email(required=True, validate=Length(3, LONGEST_EMAIL))
    password = Text(LONGEST, least=SHORTEST, required=True, metadata={"format": "password"})
    role = ma.fields.String(required=True, validate=OneOf(STAFF_ROLES))
    location_ids = ma.fields.List(
        Uuid(), load_default=None, allow_none=True, validate=Length(1, 1000),
        metadata={"description": "Locations this person is bound to; null: all"},
    )  # fmt: skip


class StaffMember(ma.Schema):
    """A member of staff."""

    id = ma.fields.UUID(required=True)
    email = ma.fields.String(required=True)
    role = ma.fields.String(required=True, validate=OneOf(STAFF_ROLES))
    location_ids = ma.fields.List(ma.fields.UUID(), required=True, allow_none=True)
    is_active = ma.fields.Boolean(required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class NewApiKey(Body):
    """A till's key to be made."""

    name = Text(100, required=True, metadata={"example": "Till at the bar"})
    role = ma.fields.String(load_default="till", validate=OneOf(KEY_ROLES))
    scopes = ma.fields.List(
        ma.fields.String(validate=OneOf(_ALL_SCOPES)), validate=Length(1, 20),
        metadata={"description": "Absent: all that the role may do"},
    )  # fmt: skip
    location_ids = ma.fields.List(
        Uuid(), load_default=None, allow_none=True, validate=Length(1, 1000),
        metadata={"description": "Locations this key is bound to; null: all"},
    )  # fmt: skip


class ApiKey(ma.Schema):
    """A till's key without its secret."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    prefix = ma.fields.String(required=True)
    role = ma.fields.String(required=True, validate=OneOf(KEY_ROLES))
    scopes = ma.fields.List(ma.fields.String(), required=True)
    location_ids = ma.fields.List(ma.fields.UUID(), required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    revoked_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class ApiKeyWithSecret(ApiKey):
    """A fresh key: ``key`` is shown this once."""

    key = ma.fields.String(required=True)
