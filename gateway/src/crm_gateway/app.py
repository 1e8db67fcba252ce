"""The gateway's HTTP process; wiring only."""

import json
from typing import Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from crm_chassis.config import read_settings
from crm_chassis.http import create_api
from crm_chassis.logs import configure_logging
from crm_gateway import limits
from crm_gateway.api import audit as audit_log
from crm_gateway.api import console, edge, identity, jobs, overview, pages, profiles, stream, webhook_endpoints
from crm_gateway.audit import own as audit
from crm_gateway.composition.caller import Caller
from crm_gateway.composition.composer import Composer
from crm_gateway.composition.parts import offered
from crm_gateway.config import SERVICES, Settings
from crm_gateway.live.handover import Handover
from crm_gateway.routing import stripping
from crm_gateway.routing.compression import Compression
from crm_gateway.routing.operations import RouteTable, load_document
from crm_gateway.routing.proxy import Proxy
from crm_gateway.routing.upstreams import Upstream


def create_app(settings: Settings | None = None, *, document: dict[str, Any] | None = None) -> Flask:
    """Make the gateway; ``document`` is the merged OpenAPI document, the packaged one unless given."""
    if settings is None:
        settings = read_settings(Settings)
        configure_logging(settings.service, "api", settings.log_level)
    document = load_document() if document is None else document
    app, api = create_api(settings, "Maître gateway", authenticate=lambda: authenticator.authenticate(request.environ))
    authenticator = identity.install(app, api, settings)
    app.extensions |= {"document": document, "document_text": json.dumps(document)}
    for resource in (profiles, overview, audit_log, stream, webhook_endpoints, jobs):
        api.register_blueprint(resource.blueprint)
    app.register_blueprint(pages.blueprint)
    console.install(app, settings.console_dir)
    edge.install(app, api, settings, document)
    stripping.install(app, document)
    counted = limits.install(app, settings)
    concurrency = max(1, settings.threads * 3 // 4)
    upstreams = {name: Upstream(name, settings.upstream(name), concurrency=concurrency) for name in SERVICES}
    caller = Caller(settings, upstreams, concurrency=concurrency)
    app.extensions["composer"] = Composer(offered(document), caller)
    own = app.wsgi_app
    proxy = Proxy(
        own,
        settings=settings,
        routes=RouteTable(document),
        upstreams=upstreams,
        authenticator=authenticator,
        limits=counted,
        trails=audit.install(app, settings, document),
    )
    shown = Handover(Compression(proxy), settings.live_socket)
    hops = settings.trusted_proxies
    app.wsgi_app = ProxyFix(shown, x_for=hops, x_proto=hops) if hops else shown  # type: ignore[method-assign]
    return app
