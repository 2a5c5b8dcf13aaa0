# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a Windows process finds around it: real folders for the host's special paths, and environment variables."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .console_library import FILE_NAMES, console_library

HOSTS_PREFIX = "hosts-"
"""Folders of one engine's hosts are called `hosts-<process id>-<random>`."""


@dataclass(frozen=True)
class HostDirectory:
    """The real folders of one simulated host. Only .NET's own file calls see them; cmdlets see the simulated drives."""

    root: Path

    def folder(self, *parts: str) -> Path:
        """A folder below the root; it is made when it is missing."""
        path = self.root.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def profile(self, user: str) -> Path:
        """The user's profile folder, for a name such as `LAB\\ops` or `ops@lab.example`."""
        account = re.sub(r"[^A-Za-z0-9._-]", "_", account_name(user)) or "user"
        return self.folder("Users", account)


def remove_orphans(directory: Path) -> None:
    """Remove the hosts' folders of engines whose process ended without closing them."""
    for folder in directory.glob(f"{HOSTS_PREFIX}*"):
        owner = folder.name.removeprefix(HOSTS_PREFIX).split("-", 1)[0]
        if not (owner.isdecimal() and Path("/proc", owner).exists()):
            shutil.rmtree(folder, ignore_errors=True)


def account_name(user: str) -> str:
    """The account without its domain."""
    return user.rsplit("\\", 1)[-1].split("@", 1)[0]


def windows_environment(directory: HostDirectory, computer: str, user: str, processors: int) -> dict[str, str]:
    """Environment variables of a process on the host, under their usual spellings.

    Args:
        directory: the host's folders.
        computer: its name.
        user: who is logged on.
        processors: logical processors.
    """
    profile = directory.profile(user)
    temp = directory.folder("Users", profile.name, "AppData", "Local", "Temp")
    windows = directory.folder("Windows")
    program_data = directory.folder("ProgramData")
    program_files = directory.folder("Program Files")
    domain = user.split("\\", 1)[0] if "\\" in user else computer
    values = {
        "ALLUSERSPROFILE": program_data,
        "APPDATA": directory.folder("Users", profile.name, "AppData", "Roaming"),
        "COMPUTERNAME": computer.upper(),
        "ComSpec": windows / "System32" / "cmd.exe",
        "HOMEDRIVE": "C:",
        "HOMEPATH": f"\\Users\\{profile.name}",
        "LOCALAPPDATA": directory.folder("Users", profile.name, "AppData", "Local"),
        "NUMBER_OF_PROCESSORS": processors,
        "OS": "Windows_NT",
        "PROCESSOR_ARCHITECTURE": "AMD64",
        "ProgramData": program_data,
        "ProgramFiles": program_files,
        "ProgramW6432": program_files,
        "PUBLIC": directory.folder("Users", "Public"),
        "SystemDrive": "C:",
        "SystemRoot": windows,
        "TEMP": temp,
        "TMP": temp,
        "USERDOMAIN": domain.upper(),
        "USERNAME": account_name(user),
        "USERPROFILE": profile,
        "windir": windows,
    }
    return _in_every_spelling({name: str(value) for name, value in values.items()})


def _in_every_spelling(values: Mapping[str, str]) -> dict[str, str]:
    """Windows ignores case in names of variables, Linux does not: add the spellings that scripts use."""
    spelled = {}
    for name, value in values.items():
        spelled.update(dict.fromkeys((name.lower(), name.upper(), name.capitalize(), name), value))
    spelled["ComputerName"] = values["COMPUTERNAME"]
    spelled["UserName"] = values["USERNAME"]
    spelled["UserProfile"] = values["USERPROFILE"]
    spelled["AppData"] = values["APPDATA"]
    spelled["LocalAppData"] = values["LOCALAPPDATA"]
    return spelled


def make_shims(folder: Path, executable: Path) -> Path:
    """Make the programs that scripts start by name: PowerShell in its spellings, and chcp.com, which does nothing.

    Args:
        folder: where; existing shims are kept.
        executable: the real PowerShell.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("powershell", "PowerShell", "powershell.exe", "PowerShell.exe", "pwsh", "pwsh.exe"):
        _place(folder / name, lambda path: path.symlink_to(executable))
    _place(folder / "chcp.com", _write_nothing_doing)
    return folder


def make_native_libraries(folder: Path) -> Path:
    """Make the stand-ins for native libraries of Windows that scripts call. See `console_library`."""
    folder.mkdir(parents=True, exist_ok=True)
    content = console_library()
    if content is not None:
        for name in FILE_NAMES:
            _place(folder / name, lambda path: _write(path, content))
    return folder


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _place(path: Path, make: Callable[[Path], None]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    make(draft)
    draft.replace(path)


def _write_nothing_doing(path: Path) -> None:
    path.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    path.chmod(0o755)
