"""A small OpenID provider, served for real on 127.0.0.1: discovery, keys, authorization, tokens, user info."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT_ID, CLIENT_SECRET = "maitre", "the client's secret"


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OpenIdProvider:
    """Signs in whoever ``person`` says; ``claims`` and ``sign`` bend the identity token, ``broken`` the answers."""

    def __init__(self):
        self.person = {"sub": "u-1", "email": "ana@example.com", "email_verified": True}
        self.claims, self.broken, self.user_info, self.sign = {}, {}, {}, self.by_key
        self.kid, self.key = "k1", KEY
        self.codes, self.tokens_asked = {}, 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, urlsplit(self.path), b"")

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                provider.answer(self, urlsplit(self.path), body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        """Answer no more."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, url, body):
        """Answer a request, or what is broken about it."""
        status, content, headers = 200, {}, {}
        if url.path in self.broken:
            status, content = self.broken[url.path]
        elif url.path == "/.well-known/openid-configuration":
            content = self.description()
        elif url.path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            content = {"keys": [public | {"kid": self.kid, "use": "sig"}]}
        elif url.path == "/authorize":
            status, headers = 302, {"Location": self.authorize(url.query)}
        elif url.path == "/token":
            status, content = self.token(handler.headers, parse_qs(body.decode()))
        elif url.path == "/userinfo":
            content = self.user_info
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(text))} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text)

    def description(self):
        """Describe the provider (OpenID Connect Discovery 1.0)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
        }

    def authorize(self, query):
        """Sign the person in at once, and send the browser back with a code."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token(self, headers, form):
        """Give an identity token for a code, once, to who has its proof key (RFC 7636)."""
        self.tokens_asked += 1
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if headers["Authorization"] != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"][0], None) if "code" in form else None
        if asked is None or form["redirect_uri"][0] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        if base64.urlsafe_b64encode(challenge).decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        base = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (base | self.person | self.claims).items() if value is not None}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self.sign(claims)}

    def by_key(self, claims):
        """Sign as announced."""
        return jwt.encode(claims, self.key, "RS256", headers={"kid": self.kid})

    def by_nothing(self, claims):
        """Sign not at all (alg none)."""
        return jwt.encode(claims, None, "none", headers={"kid": self.kid})

    def by_public_key(self, claims):
        """HS256 with the public key's text as the secret: what a library fooled by ``alg`` would accept."""

        def encoded(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        text = f"{encoded({'alg': 'HS256', 'kid': self.kid})}.{encoded(claims)}"
        mac = hmac.digest(pem, text.encode(), "sha256")
        return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def by_another_key(self, claims):
        """Sign with a stranger's key under our key's id."""
        return jwt.encode(claims, ANOTHER_KEY, "RS256", headers={"kid": self.kid})
