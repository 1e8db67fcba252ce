"""The live process: ``python -m crm_gateway.live``; one loop, and one thread that listens to the broker."""

import asyncio
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from socket import socket

import structlog
from aiohttp import web

from crm_chassis import fanout, startup
from crm_chassis.config import read_settings
from crm_chassis.database import connect
from crm_chassis.logs import configure_logging
from crm_contracts.topology import TOPOLOGY
from crm_gateway.access_tokens import AccessTokens
from crm_gateway.authentication import Authenticator
from crm_gateway.config import Settings
from crm_gateway.live import sockets
from crm_gateway.live.admission import Admission
from crm_gateway.live.hub import Hub
from crm_gateway.live.server import Live
from crm_gateway.live.topics import TOPIC_OF

logger = structlog.get_logger()

LEAVING_S = 5.0
FILES_BESIDE_STREAMS = 200


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = read_settings(Settings)
    configure_logging(settings.service, "live", settings.log_level)
    _allow_files(settings.live_streams + FILES_BESIDE_STREAMS)
    asyncio.run(_until_told(settings))
    logger.info("live_stopped")


async def _until_told(settings: Settings) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(settings, stop)


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Serve streams until ``stop`` is set, then ask every client to come back in a moment."""
    hub = Hub(asyncio.get_running_loop())
    async with AsyncExitStack() as leaving:
        database = connect(settings)
        leaving.callback(database.engine.dispose)
        tokens = AccessTokens(settings.token_key, settings.access_token_minutes)
        # An open page is not a person at work: a session that nobody uses ends, its streams with it.
        authenticator = Authenticator(database, tokens, settings, counts_as_use=False)
        leaving.callback(authenticator.close)
        admission = Admission(
            authenticator.authenticate, most=settings.live_streams, most_each=settings.live_streams_each
        )
        leaving.callback(admission.close)
        live = Live(hub, admission, database)
        runner = web.AppRunner(
            live.application(), access_log=None, handler_cancellation=True, shutdown_timeout=LEAVING_S
        )
        await runner.setup()
        leaving.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, settings.bind_host, settings.health_port).start()
        work = [hub.keep_up(), live.check_standing()]
        if settings.live_socket:
            listener = leaving.enter_context(sockets.listen(Path(settings.live_socket)))
            work.append(sockets.take_over(listener, _adopt_by(runner)))
        leaving.enter_context(_receiving(settings, hub))
        startup.settle()
        logger.info("live", port=settings.health_port, most_streams=settings.live_streams)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(each) for each in work]
            await stop.wait()
            for task in running:
                task.cancel()


def _adopt_by(runner: web.AppRunner) -> sockets.Adopt:
    """Make what gives a connection, and the head of its request that was read already, to the application."""

    async def adopt(client: socket, head: bytes) -> None:
        assert runner.server is not None
        _, protocol = await asyncio.get_running_loop().connect_accepted_socket(runner.server, client)
        protocol.data_received(head)

    return adopt


@contextmanager
def _receiving(settings: Settings, hub: Hub) -> Iterator[None]:
    """Have a thread bring the hub what the broker has, while the block runs."""
    stop = threading.Event()
    thread = threading.Thread(
        target=fanout.receive,
        args=(settings.broker_url, TOPOLOGY, TOPIC_OF, stop),
        kwargs={"on_message": hub.take, "on_gap": hub.gap},
        name="fanout",
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(LEAVING_S)


def _allow_files(wanted: int) -> None:
    """Raise the limit of open files, each stream being one, as far as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
    if reachable < wanted:
        logger.warning("too_few_files", streams=reachable - FILES_BESIDE_STREAMS)


if __name__ == "__main__":
    main()
