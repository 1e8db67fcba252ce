"""The gateway's settings, read from the environment once."""

from dataclasses import dataclass
from typing import Annotated

from crm_chassis.config import BrokerSettings, ProcessSettings, Secret, Variable

SERVICES = ("customer", "segmentation", "campaign", "loyalty", "feedback")

BASE = "/admin/customers/api/v1"
"""Where the whole suite's API is shown."""

_NO_KEY = Secret("")


@dataclass(frozen=True, kw_only=True)
class AdminSettings(ProcessSettings):
    """What migrations and the command line need: the database, and no key at all."""

    service: str = "gateway"
    signing_key: Secret = _NO_KEY
    pool_size: int = 2


@dataclass(frozen=True, kw_only=True)
class TrustSettings(AdminSettings):
    """What checking signatures needs besides."""

    trusted_keys: Annotated[str, Variable("CRM_TRUSTED_KEYS", "whose signatures count: name/1:base64url key,...")]


@dataclass(frozen=True, kw_only=True)
class Settings(BrokerSettings):
    """What the gateway needs besides every process's settings: its token key and where the services are."""

    service: str = "gateway"
    token_key: Annotated[
        Secret, Variable("CRM_TOKEN_KEY", "signs access tokens, current first: id:base64url Ed25519 seed,..")
    ]
    master_keys: Annotated[
        Secret, Variable("CRM_MASTER_KEYS", "encrypt what waits here; current one first: id:base64url of 32 bytes,...")
    ]
    trusted_keys: Annotated[str, Variable("CRM_TRUSTED_KEYS", "whose links count: name/1:base64url key,...")]
    upstream_customer: Annotated[str, Variable("CRM_UPSTREAM_CUSTOMER_URL", "base URL of the customer service")]
    upstream_segmentation: Annotated[
        str, Variable("CRM_UPSTREAM_SEGMENTATION_URL", "base URL of the segmentation service")
    ]
    upstream_campaign: Annotated[str, Variable("CRM_UPSTREAM_CAMPAIGN_URL", "base URL of the campaign service")]
    upstream_loyalty: Annotated[str, Variable("CRM_UPSTREAM_LOYALTY_URL", "base URL of the loyalty service")]
    upstream_feedback: Annotated[str, Variable("CRM_UPSTREAM_FEEDBACK_URL", "base URL of the feedback service")]
    upstream_timeout: Annotated[int, Variable("CRM_UPSTREAM_TIMEOUT", "seconds a service has to answer")] = 20
    profile_deadline_ms: Annotated[
        int, Variable("CRM_PROFILE_DEADLINE_MS", "ms in which what is composed of several services must be there")
    ] = 2000
    suggestions_deadline_ms: Annotated[
        int, Variable("CRM_SUGGESTIONS_DEADLINE_MS", "ms in which what a search box suggests must be there")
    ] = 300
    max_body: Annotated[int, Variable("CRM_MAX_BODY", "bytes of the largest body, unless its operation says other")] = (
        8 << 20
    )
    threads: Annotated[int, Variable("CRM_API_THREADS", "threads of a worker; one service holds at most 3 of 4")] = 8
    workers: Annotated[int, Variable("CRM_API_WORKERS", "processes that share a rate limit counted in memory")] = 1
    rate_limits: Annotated[
        str, Variable("CRM_RATE_LIMITS", "read=30000/minute,search=none,...; the kinds stand in crm_gateway.limits")
    ] = ""
    rate_limit_storage: Annotated[
        str, Variable("CRM_RATE_LIMIT_STORAGE", "where requests are counted; redis://HOST:PORT for several replicas")
    ] = "memory://"
    trusted_proxies: Annotated[
        int, Variable("CRM_TRUSTED_PROXIES", "proxies before us whose X-Forwarded-For counts")
    ] = 0
    bind_host: Annotated[str, Variable("CRM_BIND_HOST", "address that the live process listens on")] = "127.0.0.1"
    live_socket: Annotated[
        str, Variable("CRM_LIVE_SOCKET", "UNIX socket over which streams are handed to the live process; empty: none")
    ] = ""
    live_streams: Annotated[int, Variable("CRM_LIVE_STREAMS", "most open streams of a live process")] = 5_000
    live_streams_each: Annotated[
        int, Variable("CRM_LIVE_STREAMS_EACH", "most open streams of one member of staff, per live process")
    ] = 20
    access_token_minutes: Annotated[int, Variable("CRM_ACCESS_TOKEN_MINUTES", "life of a staff access token")] = 60
    egress_allowed: Annotated[
        str, Variable("CRM_EGRESS_ALLOWED", "networks inside that typed-in addresses may lead to: CIDR,...")
    ] = ""
    audit_days: Annotated[int, Variable("CRM_AUDIT_DAYS", "days that entries of the audit log are kept")] = 1095
    sign_in_failures: Annotated[
        int, Variable("CRM_SIGN_IN_FAILURES", "failures per e-mail and address in a window")
    ] = 5
    sign_in_window: Annotated[int, Variable("CRM_SIGN_IN_WINDOW", "seconds of the window that failures count in")] = 900
    session_idle_minutes: Annotated[
        int, Variable("CRM_SESSION_IDLE_MINUTES", "a browser session that nobody uses ends after")
    ] = 120
    session_minutes: Annotated[int, Variable("CRM_SESSION_MINUTES", "a browser session ends in any case after")] = 720
    second_factor_required_for: Annotated[
        str, Variable("CRM_SECOND_FACTOR_REQUIRED_FOR", "roles that must have a second factor, separated by commas")
    ] = ""
    console_dir: Annotated[
        str, Variable("CRM_CONSOLE_DIR", "folder of the built console (frontend/dist); none: a plain page instead")
    ] = ""
    public_url: Annotated[
        str, Variable("CRM_PUBLIC_URL", "where browsers find us, as https://crm.example.com; else as they say")
    ] = ""
    oidc_issuer: Annotated[str, Variable("CRM_OIDC_ISSUER", "URL of the identity provider for sign-in; none: off")] = ""
    oidc_client_id: Annotated[str, Variable("CRM_OIDC_CLIENT_ID", "our client id at the identity provider")] = ""
    oidc_client_secret: Annotated[
        Secret, Variable("CRM_OIDC_CLIENT_SECRET", "our client secret at the identity provider")
    ] = _NO_KEY
    oidc_name: Annotated[str, Variable("CRM_OIDC_NAME", "what the sign-in button calls the identity provider")] = ""

    @property
    def second_factor_roles(self) -> frozenset[str]:
        """Give the roles that must have a second factor."""
        return frozenset(role.strip() for role in self.second_factor_required_for.split(",") if role.strip())

    def upstream(self, service: str) -> str:
        """Give the base URL of a service."""
        return str(getattr(self, f"upstream_{service}")).rstrip("/")
