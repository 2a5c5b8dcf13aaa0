# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The environment of a child process that runs Ansible: this checkout's collection, nothing written outside of it."""

from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path

#: The root of the checkout.
REPOSITORY = Path(__file__).resolve().parents[3]
CACHE = REPOSITORY / ".cache"
BUILD = REPOSITORY / "build"
COLLECTIONS = CACHE / "collections"
CALLBACKS = Path(__file__).resolve().parent / "callbacks"


def programs() -> Path:
    """Return the folder with the programs of the running interpreter's virtual environment."""
    return Path(sys.executable).parent


def link_collection() -> None:
    """Make the folder ansible_collections/datacenter/hyperv that leads to this checkout, when it is missing."""
    link = COLLECTIONS / "ansible_collections" / "datacenter" / "hyperv"
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to(Path("../../../.."), target_is_directory=True)
    except FileExistsError:
        pass  # Made before, or by a process that runs beside this one.


def ansible_environment(
    *, binaries: Path | None = None, collections: Path = COLLECTIONS, extra: t.Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the environment for a child process.

    Args:
        binaries: folder of the ansible programs; by default that of the running interpreter.
        collections: the collections folder, by default the one that leads to this checkout.
        extra: further variables, which win.
    """
    # Settings of the user's own Ansible would make runs differ from one machine to the next.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        variables.pop(name, None)
    variables.update(
        ANSIBLE_HOME=str(CACHE / "ansible"),
        ANSIBLE_LOCAL_TEMP=str(CACHE / "ansible" / "tmp"),
        ANSIBLE_CONFIG=str(REPOSITORY / "ansible.cfg"),
        ANSIBLE_COLLECTIONS_PATH=str(collections),
        ANSIBLE_RETRY_FILES_ENABLED="false",
        ANSIBLE_NOCOLOR="true",
        LC_ALL="C.UTF-8",
        PATH=os.pathsep.join([str(binaries or programs()), os.environ.get("PATH", os.defpath)]),
        PYTHONUNBUFFERED="1",
        XDG_CACHE_HOME=str(CACHE / "xdg"),
        XDG_DATA_HOME=str(CACHE / "share"),
        no_proxy=",".join(filter(None, ["localhost,127.0.0.1,::1", os.environ.get("no_proxy", "")])),
    )
    variables.update(extra or {})
    return variables
