"""The last resort: Debian's own packages, installed by apt-get after saying so, without starting any service."""

import os
import shutil
import subprocess
from pathlib import Path

from tools.maitre.common import Trouble, say

POLICY = Path("/usr/sbin/policy-rc.d")
NO_SERVICES = "#!/bin/sh\n# written by Maître while apt-get runs: services it installs are not started\nexit 101\n"


def can_install() -> bool:
    """Say whether apt-get is there and we may use it: as root, or by a sudo that asks nothing or has someone to ask."""
    if shutil.which("apt-get") is None:
        return False
    if os.geteuid() == 0:
        return True
    if shutil.which("sudo") is None:
        return False
    is_silent = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    return is_silent or os.isatty(0)


def install(package: str) -> None:
    """Install one Debian package; the service it brings is not started and the machine's own are left alone."""
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    command = " ".join([*prefix, "apt-get install", package])
    say(f"Installing Debian's package {package} ({command}); no service is started")
    must_hold = not POLICY.exists()
    if must_hold:
        subprocess.run([*prefix, "tee", POLICY], check=True, input=NO_SERVICES.encode(), stdout=subprocess.DEVNULL)
        subprocess.run([*prefix, "chmod", "755", POLICY], check=True)
    try:
        quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        subprocess.run([*quiet, "update"], check=False)
        done = subprocess.run(
            [*quiet, "install", "-y", "--no-install-recommends", package],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise Trouble(f"apt-get could not install {package}:\n{done.stdout.strip()[-1500:]}")
    finally:
        if must_hold:
            subprocess.run([*prefix, "rm", "-f", POLICY], check=False)
