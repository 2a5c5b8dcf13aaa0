# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""`Test-DiskChain` of `chain_verification.ps1`: whether disk files can be opened with all their parents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction, PlainObject, Toolbox
from hyperv_lab.engine.python.exact_text import ordinal_fold
from hyperv_lab.simulation.errors import CmdletError, ErrorRecord


def _escape(path: str) -> str:
    return "".join(f"`{character}" if character in "*?[]`" else character for character in path)


def _test(toolbox: Toolbox, path: str) -> tuple[bool, ErrorRecord | None, str | None]:
    """Whether the chain is whole, else the error and the file's parent."""
    failure: ErrorRecord | None = None
    parent: str | None = None
    for form in [path, _escape(path)] if "[" in path else [path]:
        try:
            if toolbox.must("Hyper-V\\Test-VHD", Path=form)[:1] == [True]:
                return True, None, None
        except CmdletError as error:
            failure = error.record
        try:
            for disk in toolbox.must("Hyper-V\\Get-VHD", Path=form):
                parent = disk.get("ParentPath")
        except CmdletError:
            pass  # the error of Test-VHD says it
    return False, failure, parent or None


def _broken(toolbox: Toolbox, file: str) -> dict[str, Any] | None:
    broken: dict[str, Any] | None = None
    seen: set[str] = set()
    following: str | None = file
    while following and ordinal_fold(following) not in seen:
        seen.add(ordinal_fold(following))
        whole, failure, parent = _test(toolbox, following)
        if whole:
            break
        broken = {
            "Path": file,
            "File": following,
            "ParentPath": parent,
            "ParentExists": None,
            "Beside": None,
            "Error": failure.message if failure is not None else "",
            "ErrorId": failure.fully_qualified if failure is not None else None,
            "HResult": failure.cause if failure is not None else None,
        }
        if parent is None:
            break
        broken["ParentExists"] = _exists(toolbox, parent)
        if not broken["ParentExists"]:
            beside = following[: following.rfind("\\") + 1] + parent[parent.rfind("\\") + 1 :]
            broken["Beside"] = beside if _exists(toolbox, beside) else None
            break
        following = parent
    return broken


def _exists(toolbox: Toolbox, path: str) -> bool:
    return bool(toolbox.must("Microsoft.PowerShell.Management\\Test-Path", LiteralPath=path)[0])


def _test_disk_chain(toolbox: Toolbox, parameters: Mapping[str, Any]) -> None:
    given = parameters["Path"]
    seen: set[str] = set()
    for path in given if isinstance(given, list) else [given]:
        if ordinal_fold(str(path)) in seen:
            continue
        seen.add(ordinal_fold(str(path)))
        broken = _broken(toolbox, str(path))
        if broken is not None:
            toolbox.outcome.output.append(PlainObject(**broken))


TEST_DISK_CHAIN = AreaFunction("Test-DiskChain", ("Path",), _test_disk_chain, ("Path",))
