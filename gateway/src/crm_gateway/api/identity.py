"""The wiring of identity: what signs, checks, seals and revokes, and the resources of staff, sessions and keys."""

from flask import Flask

from crm_chassis.openapi import ProblemApi
from crm_gateway.access_tokens import AccessTokens
from crm_gateway.api import account, api_keys, auth, oidc, staff
from crm_gateway.authentication import Authenticator
from crm_gateway.config import Settings
from crm_gateway.operations import second_factor
from crm_gateway.provider import IdentityProvider
from crm_gateway.sealing import Sealer


def install(app: Flask, api: ProblemApi, settings: Settings) -> Authenticator:
    """Serve identity's resources, and give what knows who asks."""
    tokens = AccessTokens(settings.token_key, settings.access_token_minutes)
    authenticator = Authenticator(app.extensions["crm"].database, tokens, settings)
    app.extensions |= {
        "access_tokens": tokens,
        "authenticator": authenticator,
        "second_factor_sealer": Sealer(settings.master_keys, second_factor.PURPOSE),
        "visit_sealer": Sealer(settings.master_keys, "provider-visit"),
        "identity_provider": IdentityProvider.of(settings),
    }
    for resource in (auth, account, oidc, staff, api_keys):
        api.register_blueprint(resource.blueprint)
    app.register_blueprint(oidc.pages)
    return authenticator
