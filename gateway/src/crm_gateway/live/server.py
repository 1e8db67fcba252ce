"""The live process's HTTP side: one ordinary aiohttp application, reached directly or by connections handed over."""

import asyncio
from uuid import UUID

import orjson
from aiohttp import web

from crm_chassis import health, metrics
from crm_chassis.auth import Forbidden, Principal
from crm_chassis.database import Database
from crm_chassis.errors import DomainError
from crm_gateway.live.admission import CHECKED_EVERY_S, PATH, Admission, Credential
from crm_gateway.live.audiences import Client, View
from crm_gateway.live.hub import Hub
from crm_gateway.live.problems import rendered
from crm_gateway.live.sockets import patient
from crm_gateway.live.topics import NAMES

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx passes each packet on
    "X-Content-Type-Options": "nosniff",
}


class InvalidRequest(DomainError):
    """The request's parameters are not as the API describes them."""


class EventStream(web.StreamResponse):
    """An answer that ends with its connection, so that bytes go out as they are, without frames of HTTP's."""

    _length_check = False  # as aiohttp's own WebSocketResponse: neither a length nor chunks

    def __init__(self) -> None:
        super().__init__(headers=HEADERS)
        self.force_close()


class Live:
    """The application's handlers, and the streams that are open."""

    def __init__(self, hub: Hub, admission: Admission, database: Database) -> None:
        self._hub, self._admission, self._database = hub, admission, database
        self._open: dict[Client, tuple[Credential, Principal]] = {}

    def application(self) -> web.Application:
        """Give the aiohttp application."""
        app = web.Application(middlewares=[rendered])
        app.on_shutdown.append(self._leave)
        app.add_routes(
            [
                web.get(PATH, self.stream),
                web.get("/health/live", self.alive),
                web.get("/health/ready", self.ready),
                web.get("/metrics", self.exposed),
            ]
        )
        return app

    async def _leave(self, _app: web.Application) -> None:
        self._hub.close()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Follow changes until the client leaves, or may no more."""
        topics, customer_id = wishes(request)
        credential = Credential.of(request.headers)
        principal = await self._admission.admit(credential)
        view = View.of(principal, topics, customer_id)
        if refused := sorted((topics or set()) - view.topics):
            raise Forbidden(f"Your role does not follow: {', '.join(refused)}.")
        self._admission.enter(principal)
        try:
            answer = EventStream()
            answer.headers["X-Request-ID"] = request["id"]
            await answer.prepare(request)
            if request.method == "GET":
                await answer.write(b"\n")  # the head goes out with it
                await self._follow(request, view, credential, principal)
            return answer
        finally:
            self._admission.leave(principal)

    async def _follow(self, request: web.Request, view: View, credential: Credential, principal: Principal) -> None:
        transport = request.transport
        if transport is None:
            return
        patient(transport)
        client = Client(transport, view, asyncio.get_running_loop().time())
        self._open[client] = (credential, principal)
        self._hub.join(client, request.headers.get("Last-Event-ID"))
        try:
            await client.done
        finally:
            self._hub.leave(client)
            del self._open[client]

    async def check_standing(self) -> None:
        """Send away whoever was dismissed, signed out, revoked or given another role; until cancelled."""
        while True:
            await asyncio.sleep(CHECKED_EVERY_S)
            opened = list(self._open.items())
            now_are = await self._admission.changed({credential for _, (credential, _) in opened})
            for client, (credential, was) in opened:
                now_is = now_are.get(credential, was)
                if now_is != was:
                    self._hub.send_away(client, is_changed=now_is is not None)

    async def alive(self, _request: web.Request) -> web.Response:
        """Answer that the loop turns."""
        status, content = health.live("gateway-live")
        return web.Response(body=orjson.dumps(content), status=status, content_type="application/json")

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer whether credentials can be checked (RULES G7)."""
        status, content = await asyncio.to_thread(health.ready, "gateway-live", self._database)
        return web.Response(body=orjson.dumps(content), status=status, content_type="application/json")

    async def exposed(self, _request: web.Request) -> web.Response:
        """Give the metrics."""
        body, content_type = metrics.exposition()
        return web.Response(body=body, headers={"Content-Type": content_type})


def wishes(request: web.Request) -> tuple[set[str] | None, str | None]:
    """Read ``?topics=a,b&customer_id=``; raises InvalidRequest naming each parameter that is wrong."""
    errors = {name: ["Unknown parameter."] for name in request.query if name not in {"topics", "customer_id"}}
    topics, customer_id = request.query.get("topics"), request.query.get("customer_id")
    named = None if topics is None else set(topics.split(","))
    if named is not None and not named <= set(NAMES):
        errors["topics"] = [f"Must be some of: {', '.join(NAMES)}."]
    if customer_id is not None:
        try:
            customer_id = str(UUID(customer_id))
        except ValueError:
            errors["customer_id"] = ["Not a valid UUID."]
    if errors:
        raise InvalidRequest(errors=errors)
    return named, customer_id
