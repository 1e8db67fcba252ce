"""Bodies about signing in: tokens, sessions, passwords, the second factor."""

import marshmallow as ma
from marshmallow.validate import Length, OneOf

from crm_chassis.fields import Body, Text
from crm_gateway.passwords import LONGEST, SHORTEST
from crm_gateway.permissions import DATA_CLASSES, STAFF_ROLES

LONGEST_EMAIL = 254
LONGEST_CODE = 40
ID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
AT = "2026-03-01T18:30:00Z"


class SignIn(Body):
    """What a member of staff proves who they are with."""

    email = Text(LONGEST_EMAIL, required=True, metadata={"example": "owner@example.com"})
    password = Text(LONGEST, required=True, metadata={"format": "password", "example": "four words or so, unusual"})
    code = Text(
        LONGEST_CODE, load_default=None,
        metadata={"description": "Second factor, where the account has one; or a recovery code", "example": "492039"},
    )  # fmt: skip


class Token(ma.Schema):
    """An access token, for the Authorization header of everything else."""

    access_token = ma.fields.String(required=True, metadata={"example": "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ..."})
    token_type = ma.fields.String(required=True, validate=OneOf(["Bearer"]), metadata={"example": "Bearer"})
    expires_in = ma.fields.Integer(required=True, metadata={"description": "Seconds", "example": 3600})


class SessionStaff(ma.Schema):
    """Who is signed in."""

    id = ma.fields.UUID(required=True, metadata={"example": ID})
    email = ma.fields.String(required=True, metadata={"example": "owner@example.com"})
    name = ma.fields.String(required=True, metadata={"example": "Ana Garcia"})
    role = ma.fields.String(required=True, validate=OneOf(STAFF_ROLES), metadata={"example": "owner"})
    location_ids = ma.fields.List(ma.fields.UUID(), required=True, allow_none=True, metadata={"example": None})
    has_second_factor = ma.fields.Boolean(required=True, metadata={"example": True})
    must_change_password = ma.fields.Boolean(
        required=True,
        metadata={"description": "Nothing but POST /auth/password is allowed until it is changed", "example": False},
    )
    must_add_second_factor = ma.fields.Boolean(
        required=True,
        metadata={"description": "Nothing but /auth/second-factor is allowed until there is one", "example": False},
    )


class Session(ma.Schema):
    """A browser's session; the cookie that carries it is not for scripts."""

    id = ma.fields.UUID(required=True, metadata={"example": ID})
    staff = ma.fields.Nested(SessionStaff, required=True)
    sees = ma.fields.List(
        ma.fields.String(validate=OneOf(DATA_CLASSES)), required=True,
        metadata={"description": "Classes of data this person is shown", "example": ["contact", "dietary"]},
    )  # fmt: skip
    csrf_token = ma.fields.String(
        required=True,
        metadata={"description": "For the header X-CSRF-Token of whatever changes something; new with each session",
                  "example": "mZt0w0cJr3m9n5m2y7qW0fY0cM2v4b1nq3x8k6t5s4A"},
    )  # fmt: skip
    expires_at = ma.fields.AwareDateTime(
        required=True, metadata={"description": "When it ends, however busy", "example": AT}
    )
    idle_minutes = ma.fields.Integer(
        required=True, metadata={"description": "It ends before, when unused for so long", "example": 120}
    )


class OwnSession(ma.Schema):
    """One of one's own sessions."""

    id = ma.fields.UUID(required=True, metadata={"example": ID})
    is_current = ma.fields.Boolean(required=True, metadata={"description": "The one that asks", "example": True})
    proof = ma.fields.String(
        required=True, validate=OneOf(["password", "provider"]),
        metadata={"description": "What it was opened with", "example": "password"},
    )  # fmt: skip
    user_agent = ma.fields.String(required=True, metadata={"example": "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)"})
    created_at = ma.fields.AwareDateTime(required=True, metadata={"example": AT})
    last_seen_at = ma.fields.AwareDateTime(
        required=True, metadata={"description": "Within a minute or so", "example": AT}
    )
    expires_at = ma.fields.AwareDateTime(required=True, metadata={"example": AT})


class PasswordChange(Body):
    """The present password and the one to be."""

    current_password = Text(LONGEST, required=True, metadata={"format": "password", "example": "the present password"})
    new_password = Text(
        LONGEST, least=SHORTEST, required=True, metadata={"format": "password", "example": "four words or so, unusual"}
    )


class PasswordProof(Body):
    """The present password, asked for once more."""

    password = Text(LONGEST, required=True, metadata={"format": "password", "example": "the present password"})


class NewSecondFactor(ma.Schema):
    """What an authenticator app needs; shown this once, in force when a code of it is confirmed."""

    secret = ma.fields.String(required=True, metadata={"example": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
    uri = ma.fields.String(
        required=True,
        metadata={
            "description": "For a QR code",
            "example": "otpauth://totp/Ma%C3%AEtre:owner%40example.com?secret=...",
        },
    )


class Code(Body):
    """A code of the authenticator app."""

    code = Text(LONGEST_CODE, required=True, metadata={"example": "492039"})


class RecoveryCodes(ma.Schema):
    """Codes that stand in for the app once each, shown this once; and the session that goes on."""

    recovery_codes = ma.fields.List(ma.fields.String(), required=True, metadata={"example": ["k7hm-x2pq-9rtw-b4nc"]})
    session = ma.fields.Nested(Session, required=True)


class SignInProvider(ma.Schema):
    """An identity provider."""

    name = ma.fields.String(required=True, metadata={"example": "Example Workspace"})
    login_url = ma.fields.String(
        required=True,
        metadata={
            "description": "Where to send the browser",
            "example": "/admin/customers/api/v1/auth/oidc/login",
        },
    )


class SignInProviders(ma.Schema):
    """How staff may sign in besides e-mail address and password."""

    oidc = ma.fields.Nested(SignInProvider, required=True, allow_none=True)


class JsonWebKey(ma.Schema):
    """A public key (RFC 7517) of Ed25519 (RFC 8037)."""

    kty = ma.fields.String(required=True, validate=Length(min=1), metadata={"example": "OKP"})
    crv = ma.fields.String(required=True, metadata={"example": "Ed25519"})
    kid = ma.fields.String(required=True, metadata={"example": "t20260301"})
    use = ma.fields.String(required=True, metadata={"example": "sig"})
    alg = ma.fields.String(required=True, metadata={"example": "EdDSA"})
    x = ma.fields.String(required=True, metadata={"example": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})


class JsonWebKeys(ma.Schema):
    """The keys that access tokens are signed with, the current one first."""

    keys = ma.fields.List(ma.fields.Nested(JsonWebKey), required=True)
