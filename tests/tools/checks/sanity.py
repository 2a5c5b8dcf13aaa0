# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ansible-test sanity on this machine's Python, without containers and without any download but packages."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

from ansible_runs.environment import CACHE, programs

from .stage import Stage, Work
from .tree import copy_collection

#: What needs a program that a newcomer lacks: PowerShell with its analyser, shellcheck.
_LEFT_OUT = ("pslint", "shellcheck")
_HOME = CACHE / "home"


def _sanity(work: Work) -> str:
    root = copy_collection(work, CACHE / "sanity")
    _prepare_home()
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    left_out = [argument for name in _LEFT_OUT for argument in ("--skip-test", name)]
    output = work.run(
        *("ansible-test", "sanity", "--local", "--python", version, "--color", "no", *left_out),
        directory=root,
        # ansible-test passes on PATH and HOME and nothing else.
        environment={
            "HOME": str(_HOME),
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([str(programs()), os.environ.get("PATH", os.defpath)]),
        },
    )
    names = set(re.findall(r'Running sanity test "([a-z0-9-]+)"', output))
    return f"{len(names)} tests of ansible-test"


def _prepare_home() -> None:
    """Give ansible-test a home in the repository's cache, with the user's package index and pip's bootstrap.

    It fetches a bootstrap script for pip from the internet unless a file of that name is there; the pip that comes
    with Python does the same.
    """
    configuration = _HOME / ".config" / "pip" / "pip.conf"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text(_installer_settings(), encoding="utf-8")
    bootstrap = _HOME / ".ansible" / "test" / "cache"
    bootstrap.mkdir(parents=True, exist_ok=True)
    for release in _pip_releases():
        script = bootstrap / f"get_pip_{release.replace('.', '_')}.py"
        script.write_text("import ensurepip\n\nensurepip.bootstrap(upgrade=True)\n", encoding="utf-8")


def _pip_releases() -> list[str]:
    package = importlib.util.find_spec("ansible_test")
    assert package is not None and package.submodule_search_locations, "ansible-test comes with ansible-core"
    source = Path(package.submodule_search_locations[0]) / "_internal" / "python_requirements.py"
    return sorted(set(re.findall(r"pip='([0-9.]+)'", source.read_text(encoding="utf-8"))))


def _installer_settings() -> str:
    """Return the settings pip has here, from files and environment, as one configuration file."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    settings = {
        key.split(".", 1)[1]: value.strip("'").replace("\\n", "\n    ")
        for key, _, value in (line.partition("=") for line in listed.stdout.splitlines())
        if key.split(".", 1)[0] in ("global", "install", ":env:")
    }
    proxy = os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY")
    if proxy:
        settings.setdefault("proxy", proxy)
    settings["cache-dir"] = str(CACHE / "xdg" / "pip")
    return "[global]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


STAGE = Stage("sanity", "ansible-test sanity", _sanity)
