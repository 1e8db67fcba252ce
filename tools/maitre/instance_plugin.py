"""Runs inside supervisord: keeps the process ids in instance.json right when something is started again."""

import contextlib
import json
from pathlib import Path
from typing import Any

from supervisor import events

from tools.maitre.common import read_json, write_private


class NoInterface:
    """supervisor wants an object to call; there is nothing to call here."""


def make_rpcinterface(_supervisord: Any, instance: str = "", **_config: Any) -> NoInterface:
    """Listen to programs that start, and write their process ids where the file lists them; it goes when all stops."""
    path = Path(instance)

    def note(event: Any) -> None:
        process = event.process
        with contextlib.suppress(OSError):  # a full disk must not take the supervisor down
            note_pid(path, process.group.config.name == "suite", process.config.name, process.pid)

    events.subscribe(events.ProcessStateRunningEvent, note)
    events.subscribe(events.SupervisorStoppingEvent, lambda _event: path.unlink(missing_ok=True))
    return NoInterface()


def note_pid(path: Path, is_suite: bool, name: str, pid: int) -> None:  # noqa: FBT001
    """Write one program's process id into instance.json, if that exists and says otherwise."""
    content = read_json(path)
    section = "processes" if is_suite else "servers"
    if content is None or content.get(section, {}).get(name) in (None, pid):
        return
    content[section][name] = pid
    write_private(path, json.dumps(content, indent=2) + "\n")
