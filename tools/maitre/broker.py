"""Telling facts again after a restore, and emptying the queues of a broker that is not ours to remove."""

import os
import subprocess

from amqp.exceptions import NotFound

from crm_chassis import broker, topology
from crm_chassis.config import Secret
from crm_contracts.topology import TOPOLOGY
from tools.maitre.common import PYTHON, ROOT, Trouble


def empty_queues(url: str) -> None:
    """Drop every message of every queue of ours."""
    for queue in topology.queues(TOPOLOGY):
        with broker.channel(Secret(url)) as channel:
            try:
                channel.queue_purge(queue.name)
            except NotFound:
                continue


def announcers() -> list[tuple[str, str]]:
    """Return who tells whom anything: (owner, listener), each pair once."""
    return sorted(
        {(kind.partition(".")[0], listener) for listener, kinds in TOPOLOGY.listeners.items() for kind in kinds}
    )


def tell_again(owner: str, listener: str, environment: dict[str, str]) -> None:
    """Tell a listener all facts of an owner again (RULES D4); the environment is the owner's."""
    command = [str(PYTHON), str(ROOT / ".venv/bin/crm-events"), "backfill", owner, "--to", listener]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | environment)
    if done.returncode:
        raise Trouble(f"{owner} could not tell {listener} its facts again: {done.stderr.strip()[-800:]}")
