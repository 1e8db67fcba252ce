"""The console's built files: what there is, in which encodings, and how long a browser may keep it."""

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

INDEX = "index.html"
HASHED = "assets/"
"""Files below carry a hash of their content in their name (Vite): another content is another file."""

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Encodings that the build makes, the smallest first, and the suffix of such a file."""


@dataclass(frozen=True)
class ConsoleFile:
    """One file of the console."""

    path: Path
    content_type: str
    etag: str
    is_immutable: bool
    encoded: dict[str, Path] = field(default_factory=dict)

    def choose(self, accepted: list[str]) -> tuple[Path, str | None]:
        """Give the file in the best encoding that the client accepts, and its name; plain without one."""
        for name, path in self.encoded.items():
            if name in accepted:
                return path, name
        return self.path, None


class Console:
    """The files of a built console; read again when the console was built anew."""

    def __init__(self, folder: str) -> None:
        self._root = Path(folder) if folder else None
        self._built_at: int | None = None
        self._files: dict[str, ConsoleFile] = {}

    def find(self, name: str) -> ConsoleFile | None:
        """Give a file by its address, None where there is no such file or no console at all."""
        if self._root is None:
            return None
        try:
            built_at = (self._root / INDEX).stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if built_at != self._built_at:
            self._files, self._built_at = dict(_files(self._root)), built_at
        return self._files.get(name)


def _files(root: Path) -> Iterator[tuple[str, ConsoleFile]]:
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(".") and path.suffix not in ENCODINGS.values():
            yield name, _file(path, name)


def _file(path: Path, name: str) -> ConsoleFile:
    encoded = {encoding: path.with_name(path.name + suffix) for encoding, suffix in ENCODINGS.items()}
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return ConsoleFile(
        path=path,
        content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        etag=hashlib.sha256(path.read_bytes()).hexdigest()[:32],
        is_immutable=name.startswith(HASHED),
        encoded={encoding: other for encoding, other in encoded.items() if other.is_file()},
    )
