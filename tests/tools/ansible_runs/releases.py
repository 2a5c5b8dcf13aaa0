# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Releases of ansible-core beside the one in .venv, each in a virtual environment of its own under .venvs/."""

from __future__ import annotations

import dataclasses
import fcntl
import functools
import hashlib
import subprocess
from pathlib import Path

from .environment import CACHE, REPOSITORY

_FIND_PYTHON = REPOSITORY / "tests" / "tools" / "find-python"
_ENVIRONMENTS = REPOSITORY / ".venvs"


@dataclasses.dataclass(frozen=True)
class CoreRelease:
    """A release of ansible-core and the Python versions its control node runs on, the preferred first."""

    name: str
    pythons: tuple[str, ...]

    @property
    def requirement(self) -> str:
        """The requirement for the package installer."""
        return f"ansible-core~={self.name}.0"


#: From the support matrix of ansible-core.
RELEASES = (
    CoreRelease("2.17", ("3.11", "3.12", "3.10")),
    CoreRelease("2.18", ("3.11", "3.12", "3.13")),
    CoreRelease("2.19", ("3.11", "3.12", "3.13")),
    CoreRelease("2.20", ("3.12", "3.13", "3.14")),
    CoreRelease("2.21", ("3.12", "3.13", "3.14")),
)


@functools.cache
def interpreter_for(release: CoreRelease) -> Path | None:
    """Return a Python that runs this release, or None when this machine has none."""
    found = subprocess.run([_FIND_PYTHON, *release.pythons], capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def programs_of(release: CoreRelease) -> Path:
    """Return the folder of the release's programs, after installing it where that has not been done.

    Processes that ask for the same release at the same time wait for each other.

    Raises:
        LookupError: no Python on this machine runs the release.
        RuntimeError: the installation failed; the message has the installer's output.
    """
    python = interpreter_for(release)
    if python is None:
        raise LookupError(f"ansible-core {release.name} needs Python {' or '.join(release.pythons)}")
    requirements = REPOSITORY / "requirements.txt"
    state = hashlib.sha256(f"{python} {release.requirement}\n{requirements.read_text()}".encode()).hexdigest()
    folder = _ENVIRONMENTS / f"core-{release.name}"
    ready = folder / ".ready"
    _ENVIRONMENTS.mkdir(exist_ok=True)
    with (_ENVIRONMENTS / f"core-{release.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (ready.is_file() and ready.read_text() == state):
            _run([str(python), "-m", "venv", "--clear", str(folder)])
            _run(
                [
                    *(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                    *("--cache-dir", str(CACHE / "xdg" / "pip")),
                    *(release.requirement, "--requirement", str(requirements)),
                ]
            )
            ready.write_text(state)
    return folder / "bin"


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}")
