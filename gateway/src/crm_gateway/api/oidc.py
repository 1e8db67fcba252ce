"""Signing in through the restaurant's identity provider: there and back, as a browser navigates."""

from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlencode

import structlog
from flask import Blueprint as Pages
from flask import current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from crm_chassis.auth import ANYONE
from crm_chassis.errors import DomainError
from crm_chassis.http import Blueprint, allow, crm
from crm_gateway import cookies
from crm_gateway.api.process import cookie_of, principal_of
from crm_gateway.audit.entries import SIGN_IN, Entry
from crm_gateway.audit.own import trails_here
from crm_gateway.config import BASE
from crm_gateway.limits import SIGN_IN as PER_ADDRESS
from crm_gateway.limits import limited
from crm_gateway.models.identity import Staff
from crm_gateway.operations.provider_visits import (
    LONGEST_VISIT,
    ProviderVisitUnknown,
    VisitSecrets,
    begin_visit,
    end_visit,
    staff_of,
)
from crm_gateway.operations.sessions import Opened, open_session
from crm_gateway.provider import IdentityProvider, ProviderRefused
from crm_gateway.queries.holders import BY_PROVIDER
from crm_gateway.schemas.sessions import SignInProviders
from crm_gateway.sealing import Sealer

logger = structlog.get_logger()

HOME = BASE.removesuffix("/api/v1")
SIGN_IN_PAGE = f"{HOME}/sign-in"
"""Where the console asks who it is; ``?problem=`` names what went wrong at the provider, by its problem type."""

blueprint = Blueprint("sign-in", __name__, url_prefix=f"{BASE}/auth", description="Other ways to sign in")
pages = Pages("oidc", __name__, url_prefix=f"{BASE}/auth/oidc")


@blueprint.get("/providers")
@blueprint.response(200, SignInProviders)
@allow(ANYONE)
def list_providers() -> dict[str, dict[str, str] | None]:
    """Say how staff may sign in besides e-mail address and password."""
    found = _provider()
    return {"oidc": None if found is None else {"name": found.name, "login_url": url_for("oidc.begin")}}


@pages.get("/login")
@allow(ANYONE)
@limited(PER_ADDRESS)
def begin() -> Response:
    """Send the browser to the identity provider, to come back to ``?return_to=`` (a page of ours)."""
    provider = _provider()
    if provider is None:
        return redirect(SIGN_IN_PAGE, 303)
    with crm().database.transaction() as session:
        wanted = _page_of_ours(request.args.get("return_to", ""))
        visit = begin_visit(session, return_to=wanted, sealer=_sealer(), now=datetime.now(UTC))
    known = visit.secrets
    try:
        url = provider.visit_url(
            redirect_uri=_redirect_uri(), state=visit.state, nonce=known.nonce, verifier=known.verifier
        )
    except DomainError as error:
        return _refuse(error)
    answer = redirect(url, 303)
    seconds = int(LONGEST_VISIT.total_seconds())
    # Lax: the browser comes back from the provider's site, and must bring this cookie along.
    answer.headers["Set-Cookie"] = cookies.write(visit.browser, seconds=seconds, name=cookies.VISIT, same_site="Lax")
    return answer


@pages.get("/callback")
@allow(ANYONE)
@limited(PER_ADDRESS)
def come_back() -> Response:
    """Open a session for the browser that comes back from the identity provider, and go on."""
    try:
        opened, return_to = _identify()
    except DomainError as error:
        return _refuse(error)
    _record(opened.staff)
    answer = redirect(return_to, 303)
    answer.headers.extend(cookie_of(opened))
    answer.headers.add("Set-Cookie", cookies.clear(cookies.VISIT))
    return answer


def _identify() -> tuple[Opened, str]:
    """Check the visit, ask the provider, find the person, open their session."""
    provider, now = _provider(), datetime.now(UTC)
    state, browser = request.args.get("state", ""), cookies.read(request.environ, cookies.VISIT)
    if provider is None or browser is None:
        raise ProviderVisitUnknown
    with crm().database.transaction() as session:
        known: VisitSecrets = end_visit(session, state=state, browser=browser, sealer=_sealer(), now=now)
    if "error" in request.args or request.args.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise ProviderRefused
    identity = provider.identify(
        code=request.args.get("code", ""), redirect_uri=_redirect_uri(), nonce=known.nonce, verifier=known.verifier
    )
    with crm().database.transaction() as session:
        staff = staff_of(session, identity, now=now)
        opened = open_session(
            session, staff=staff, proof=BY_PROVIDER, user_agent=request.user_agent.string,
            lasting=timedelta(minutes=crm().settings.session_minutes), now=now,
        )  # fmt: skip
    return opened, known.return_to


def _record(staff: Staff) -> None:
    """Write the sign-in into the audit log, as those with a password are."""
    trails, who = trails_here(), principal_of(staff)
    entry = Entry(
        at=datetime.now(UTC), kind=SIGN_IN, actor_kind=who.kind, actor_id=who.id, actor_role=who.role,
        action="get_auth_oidc_callback", method="GET", status=200, request_id=g.get("request_id"),
        address=trails.hasher.of(request.remote_addr) if request.remote_addr else None,
    )  # fmt: skip
    trails.recorder.later(lambda: entry)


def _refuse(error: DomainError) -> Response:
    """Send the browser to the sign-in page, with the problem's name."""
    logger.info("sign-in through the provider refused", problem=error.type)
    answer = redirect(f"{SIGN_IN_PAGE}?{urlencode({'problem': error.type.rpartition(':')[2]})}", 303)
    answer.headers["Set-Cookie"] = cookies.clear(cookies.VISIT)
    return answer


def _page_of_ours(path: str) -> str:
    """Give the path if it is one of our pages, else the first one: nobody is sent elsewhere in our name."""
    is_ours = path == HOME or path.startswith(HOME + "/")
    return path if is_ours and path.isprintable() and "\\" not in path and "//" not in path else HOME


def _redirect_uri() -> str:
    """Give the address that the provider sends browsers back to; it must be registered there."""
    root = crm().settings.public_url or request.host_url
    return str(root).rstrip("/") + url_for("oidc.come_back")


def _provider() -> IdentityProvider | None:
    return cast("IdentityProvider | None", current_app.extensions["identity_provider"])


def _sealer() -> Sealer:
    return cast("Sealer", current_app.extensions["visit_sealer"])
