"""PostgreSQL refuses to run as root: which account it gets then, and directories that account can reach."""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from tools.maitre.common import Trouble
from tools.maitre.programs import identity


def unprivileged_user() -> str | None:
    """Return the account that PostgreSQL runs as: None (ourselves), or for root `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Trouble("PostgreSQL cannot run as root, and there is neither an account `postgres` nor `nobody`")


def can_reach(user: str | None, path: Path, mode: str = "-x") -> bool:
    """Say whether the user may enter the directory, or run the file."""
    if user is None:
        return os.access(path, os.X_OK)
    done = subprocess.run(["/usr/bin/test", mode, str(path)], check=False, cwd="/", env={}, **identity(user))
    return done.returncode == 0


def outside(path: Path) -> Path:
    """Return the place in /var/tmp that stands in for a directory which an unprivileged account cannot reach."""
    mark = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:10]
    return Path("/var/tmp") / f"maitre-{os.getuid()}-{mark}"  # noqa: S108 - made with mkdir, and must be ours


def directory_for(user: str | None, path: Path) -> Path:
    """Make a directory that the user owns and can reach; elsewhere, behind a link, where the path is closed to it.

    A checkout under /root is closed to everyone else: its PostgreSQL lives in /var/tmp then.
    """
    if path.is_symlink() and path.exists():
        return path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    if user is None or can_reach(user, path.parent):
        path.mkdir(mode=0o700, exist_ok=True)
        own(path, user)
        return path
    real = outside(path)
    real.mkdir(mode=0o700, exist_ok=True)
    account = pwd.getpwnam(user)
    if real.is_symlink() or real.stat().st_uid not in (os.getuid(), account.pw_uid):
        raise Trouble(f"{real} belongs to somebody else: remove it, or move the checkout to where {user} can read")
    own(real, user)
    path.unlink(missing_ok=True)
    path.symlink_to(real)
    return real


def own(path: Path, user: str | None) -> None:
    """Give the file or directory to the user."""
    if user is not None:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def remove_tree(path: Path) -> None:
    """Remove a directory of ours, and the places outside that stand in for parts of it."""
    for link in [path, *path.rglob("*")]:
        if link.is_symlink() and link.resolve() == outside(link):
            shutil.rmtree(link.resolve(), ignore_errors=True)
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
