"""Eventlet's patching, which must come before anything else is imported: the first lines of every worker.py."""

import os
import sys
import warnings


def patch() -> None:
    """Make this process cooperative: sockets, threads, psycopg's waiting (its C loop would stall every greenlet)."""
    if "psycopg" in sys.modules:
        raise RuntimeError("crm_chassis.green.patch() must run before psycopg is imported")
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # the system's resolver knows all names
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")  # known and contained: ADR 0003
    import eventlet  # noqa: PLC0415

    eventlet.monkey_patch()


def check() -> None:
    """Refuse to start where ``patch`` came too late: one slow query would stop the heartbeats."""
    import psycopg.waiting  # noqa: PLC0415
    from eventlet.patcher import is_monkey_patched  # noqa: PLC0415

    if getattr(psycopg.waiting.wait, "__name__", "") == "wait_c" or not is_monkey_patched("socket"):
        raise RuntimeError("call crm_chassis.green.patch() in the first lines of the process")
