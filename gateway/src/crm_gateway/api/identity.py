"""The wiring of identity: what signs, checks, seals and revokes, and the resources of staff, sessions and keys."""

from flask import Flask

from crm_chassis.openapi import ProblemApi
from crm_gateway.access_tokens import AccessTokens
from crm_gateway.api import account, api_keys, auth, staff
from crm_gateway.authentication import Authenticator
from crm_gateway.config import Settings
from crm_gateway.sealing import Sealer


def install(app: Flask, api: ProblemApi, settings: Settings) -> Authenticator:
    """Serve identity's resources, and give what knows who asks."""
    tokens = AccessTokens(settings.token_key, settings.access_token_minutes)
    authenticator = Authenticator(app.extensions["crm"].database, tokens, settings)
    app.extensions |= {
        "access_tokens": tokens,
        "authenticator": authenticator,
        "second_factor_sealer": Sealer(settings.master_keys, "second-factor"),
    }
    for resource in (auth, account, staff, api_keys):
        api.register_blueprint(resource.blueprint)
    return authenticator
