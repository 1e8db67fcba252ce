"""The restaurant's identity provider (OpenID Connect Core 1.0): where to send a browser, and who came back."""

import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from crm_chassis.config import MissingSetting
from crm_chassis.errors import DomainError, Kind
from crm_chassis.logs import describe
from crm_gateway.config import Settings

logger = structlog.get_logger()

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures that an identity token may have: never none, and none by a shared secret, whatever the provider says."""

TIMEOUT_S = 5.0
KEPT_S = 3600.0
"""How long the provider's description and keys are kept; a key not known is looked up at once."""

_LEEWAY_S = 60
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ProviderAway(DomainError):
    """The identity provider does not answer, or not as OpenID Connect has it."""

    kind = Kind.UNAVAILABLE


class ProviderRefused(DomainError):
    """The identity provider did not confirm who this is."""

    kind = Kind.FORBIDDEN


@dataclass(frozen=True)
class Identity:
    """Whom the provider names: issuer and subject say who, the e-mail address only helps to find the account once."""

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool


class IdentityProvider:
    """Speaks with one provider by the authorization code flow with PKCE; what it says is checked, not believed."""

    def __init__(self, *, issuer: str, client_id: str, client_secret: str, name: str) -> None:
        self.issuer, self.name = issuer, name or (urlsplit(issuer).hostname or issuer)
        self._client_id, self._client_secret = client_id, client_secret
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[Any, float]] = {}

    @classmethod
    def of(cls, settings: Settings) -> "IdentityProvider | None":
        """Give the provider that the settings name, if any; raises MissingSetting for half of one."""
        if not settings.oidc_issuer:
            return None
        parts = urlsplit(settings.oidc_issuer)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise MissingSetting("CRM_OIDC_ISSUER must be an https URL.")
        if not settings.oidc_client_id:
            raise MissingSetting("CRM_OIDC_ISSUER is set, but CRM_OIDC_CLIENT_ID is not.")
        return cls(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.reveal(),
            name=settings.oidc_name,
        )

    def visit_url(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Give where to send a browser that wants to sign in; raises ProviderAway."""
        with self._client(redirect_uri) as client:
            url, _ = client.create_authorization_url(
                self._metadata()["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    def identify(self, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity:
        """Turn the code that a browser brought back into who it is; raises ProviderRefused or ProviderAway."""
        with self._client(redirect_uri) as client:
            try:
                token = client.fetch_token(
                    self._metadata()["token_endpoint"], code=code, code_verifier=verifier, timeout=TIMEOUT_S
                )
            except OAuthError as error:
                raise ProviderRefused from error
            except (requests.RequestException, ValueError) as error:
                raise _away(error) from error
            claims = self._claims(str(token.get("id_token", "")), nonce)
            if "email" not in claims:
                claims |= self._user_info(client, claims["sub"])
        email = claims.get("email")
        return Identity(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            email=email if isinstance(email, str) else None,
            is_email_verified=claims.get("email_verified") is True,
        )

    def _client(self, redirect_uri: str) -> OAuth2Session:
        methods = self._metadata().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth2Session(
            self._client_id,
            self._client_secret or None,
            token_endpoint_auth_method=method if self._client_secret else "none",
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        """Check an identity token as OpenID Connect Core 3.1.3.7 demands; raises ProviderRefused."""
        try:
            key = self._key(jwt.get_unverified_header(id_token).get("kid"))
            options: Any = {"require": ["iss", "aud", "sub", "exp", "iat", "nonce"]}
            claims: dict[str, Any] = jwt.decode(
                id_token, key, ALGORITHMS, options=options, audience=self._client_id, issuer=self.issuer,
                leeway=_LEEWAY_S,
            )  # fmt: skip
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise ProviderRefused from error
        if claims["nonce"] != nonce or claims.get("azp", self._client_id) != self._client_id:
            raise ProviderRefused
        return claims

    def _user_info(self, client: OAuth2Session, subject: str) -> dict[str, Any]:
        """Ask for the e-mail address where the identity token has none; it must be about the same person."""
        endpoint = self._metadata().get("userinfo_endpoint")
        if endpoint is None:
            return {}
        try:
            info = client.get(endpoint, timeout=TIMEOUT_S).json()
        except (requests.RequestException, OAuthError, ValueError) as error:
            raise _away(error) from error
        if not isinstance(info, dict) or info.get("sub") != subject:
            raise ProviderRefused
        return {name: info[name] for name in ("email", "email_verified") if name in info}

    def _metadata(self) -> dict[str, Any]:
        """Give the provider's description of itself (OpenID Connect Discovery 1.0); it must be this issuer's."""
        found: dict[str, Any] = self._read(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self.issuer or not all(isinstance(found.get(name), str) for name in endpoints):
            raise ProviderAway
        return found

    def _key(self, key_id: str | None) -> jwt.PyJWK:
        """Give the provider's key of this id; one not known yet may be new, so it is asked once more."""
        url = self._metadata()["jwks_uri"]
        for is_fresh in (False, True):
            try:
                keys = jwt.PyJWKSet.from_dict(self._read(url, is_fresh=is_fresh)).keys
            except jwt.PyJWKSetError:
                keys = []
            fitting = [key for key in keys if key.key_id == key_id or (key_id is None and len(keys) == 1)]
            if fitting:
                return fitting[0]
        raise ProviderRefused

    def _read(self, url: str, *, is_fresh: bool = False) -> dict[str, Any]:
        """Get a JSON object, kept for a while; raises ProviderAway."""
        kept, until = self._kept.get(url, ({}, 0.0))
        if not is_fresh and time.monotonic() < until:
            return dict(kept)
        try:
            answer = requests.get(url, timeout=TIMEOUT_S)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise _away(error) from error
        if not isinstance(found, dict):
            raise ProviderAway
        with self._lock:
            self._kept[url] = found, time.monotonic() + KEPT_S
        return dict(found)


def _away(error: Exception) -> ProviderAway:
    logger.warning("identity provider away", error=describe(error))
    return ProviderAway()
