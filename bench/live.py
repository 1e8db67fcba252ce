"""The live stream: so many clients, each told of every order; how long until all know, and what a client costs."""

import asyncio
import json
import os
import statistics
import time
import urllib.request
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.maitre.processes import GATEWAY
from tools.maitre.suite import Suite

from bench.harness import cpu_seconds
from bench.installation import installation
from crm_gateway.config import BASE

PACE_S = 0.1
PATIENCE_S = 60
TOPICS = "?topics=order"


def measure(*, clients: int, orders: int) -> dict[str, Any]:
    """Give milliseconds from an order's sending to its arrival at each client, and memory and CPU of the process."""
    os.environ["CRM_LIVE_STREAMS_EACH"] = str(clients)
    with installation((GATEWAY, "customer")) as suite:
        return asyncio.run(_measured(suite, clients, orders))


async def _measured(suite: Suite, clients: int, orders: int) -> dict[str, Any]:
    pid, seen = suite.pid("gateway-live") or 0, defaultdict[str, list[float]](list)
    token = _ask(suite, "/auth/tokens", suite.secrets.log_ins["owner"])["access_token"]
    (reader, writer), empty = await _open(suite, token), _pss_kb(pid)
    open_ = [(reader, writer), *[await _open(suite, token) for _ in range(clients - 1)]]
    full, used = _pss_kb(pid), cpu_seconds(pid)
    listening = [asyncio.create_task(_listen(reader, seen)) for reader, _ in open_]
    sent: dict[str, float] = {}
    for number in range(orders):
        at = time.perf_counter()
        answer = await asyncio.to_thread(_ask, suite, "/orders", _order(number), suite.till_api_key)
        sent[answer["items"][0]["order_id"]] = at
        await asyncio.sleep(PACE_S)
    ends = time.monotonic() + PATIENCE_S
    while any(len(seen[order]) < clients for order in sent):
        if time.monotonic() > ends:
            raise SystemExit(f"bench: not all clients were told: {[len(seen[order]) for order in sent]}")
        await asyncio.sleep(0.05)
    for task in listening:
        task.cancel()
    for _, writer in open_:
        writer.close()
    arrived = [(when - sent[order]) * 1e3 for order in sent for when in seen[order]]
    spread = [(when - min(seen[order])) * 1e3 for order in sent for when in seen[order]]
    return {
        "clients": clients,
        "orders": orders,
        **_cuts("order_sent_to_told_ms", arrived),
        **_cuts("first_to_each_client_ms", spread),
        "memory_per_client_kb": round((full - empty) / max(1, clients - 1), 1),
        "memory_mb": round(full / 1024, 1),
        "cpu_us_per_message": round((cpu_seconds(pid) - used) / (clients * orders) * 1e6, 1),
    }


def _cuts(name: str, values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100)
    return {f"{name}_p50": round(cuts[49], 1), f"{name}_p99": round(cuts[98], 1)}


async def _open(suite: Suite, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a stream through the gateway, which hands the connection over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", suite.ports[GATEWAY])
    head = f"GET {BASE}/stream{TOPICS} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(head.encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise SystemExit(f"bench: no stream but {status!r}")
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def _listen(reader: asyncio.StreamReader, seen: dict[str, list[float]]) -> None:
    """Note when each order was told."""
    while line := await reader.readline():
        if line.startswith(b"data: ") and b'"order_id"' in line:
            seen[json.loads(line[6:])["order_id"]].append(time.perf_counter())


def _order(number: int) -> dict[str, Any]:
    return {
        "source": "bench", "external_id": f"live-{number}", "placed_at": datetime.now(UTC).isoformat(),
        "currency": "USD", "total_minor": 1_000, "guest": {"external_id": "live", "name": "Live Bench"},
        "lines": [{"name": "Soup", "quantity": 1, "unit_price_minor": 1_000}],
    }  # fmt: skip


def _ask(suite: Suite, path: str, body: Any, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(f"{suite.gateway}{BASE}{path}", json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.loads(answer.read())


def _pss_kb(pid: int) -> int:
    """Proportional set size of a process in KB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
