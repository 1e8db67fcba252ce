"""How a service runs, never what it does: settings, logs, database, events, HTTP, keys."""

import sys
from importlib.abc import MetaPathFinder

_UNWANTED = {"rich": ("structlog.dev", "ConsoleRenderer"), "redis": ("pybreaker", "CircuitBreaker")}


class _Unwanted(MetaPathFinder):
    """Hides what a library loads only because it is there: megabytes in every process, for features none of ours uses.

    Each name is hidden from one module, until that has defined its main class; for everybody else it is as it was.
    """

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        importer, last = _UNWANTED.get(name, ("", ""))
        if importer in sys.modules and not hasattr(sys.modules[importer], last):
            raise ModuleNotFoundError(f"{name} is of no use here", name=name)


sys.meta_path.insert(0, _Unwanted())
