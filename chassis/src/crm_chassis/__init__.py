"""How a service runs, never what it does: settings, logs, database, events, HTTP, keys."""

import sys
from importlib.abc import MetaPathFinder


class _Unwanted(MetaPathFinder):
    """Hides from a library, until that has its main class, what it would load for features that none of ours uses."""

    names = {"rich": ("structlog.dev", "ConsoleRenderer"), "redis": ("pybreaker", "CircuitBreaker")}  # noqa: RUF012

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        importer, last = self.names.get(name, ("", ""))
        if importer in sys.modules and not hasattr(sys.modules[importer], last):
            raise ModuleNotFoundError(f"{name} is of no use here", name=name)


sys.meta_path.insert(0, _Unwanted())
