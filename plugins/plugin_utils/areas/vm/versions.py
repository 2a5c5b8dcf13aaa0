# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The configuration version: chosen when a VM is made, raised by Update-VMVersion, never lowered."""

from __future__ import annotations

import dataclasses

from ...core.setting import OFF_ONLY
from .change import Changes, Place
from .declaration import VmDeclaration
from .observation import ObservedHost, ObservedVm
from .setting_checks import LATEST


def version_for_new(vm: VmDeclaration) -> str | None:
    """Return the version that New-VM is told, or None for the host's own."""
    version = vm.get("version")
    return None if version == LATEST else version


def plan_version(
    vm: VmDeclaration, place: Place, observed: ObservedVm, host: ObservedHost, found: Changes
) -> ObservedVm:
    """Note what brings a VM to its declared configuration version."""
    declared = vm.get("version")
    if declared is None:
        return observed
    wanted = host.default_version if declared == LATEST else declared
    after = dataclasses.replace(observed, settings={**observed.settings, "version": wanted})
    asked = f"VM {vm.name} is to have configuration version {wanted}"
    if place.fresh:
        if host.versions and wanted not in host.versions:
            found.refuse(vm.where("version"), asked, _supported(host), "Declare one of those, or leave it out.")
        return after
    now = observed.settings.get("version") or ""
    if now == wanted:
        return observed
    if not _is_before(now, wanted):
        found.refuse(
            vm.where("version"),
            asked,
            f"it has {now}, and a version cannot be lowered",
            f"Declare {now} or leave it out.",
        )
    elif wanted != host.default_version:
        found.refuse(
            vm.where("version"),
            asked,
            f"it has {now}, and Update-VMVersion of this host raises it to {host.default_version} only",
            f"Declare {now} or {host.default_version}.",
        )
    elif not vm.get("upgrade_version"):
        found.refuse(
            vm.where("version"),
            asked,
            f"it has {now}, raising it cannot be undone, and hosts of older releases no longer run the VM then",
            "Set upgrade_version: true to allow that.",
        )
    else:
        step = place.step("version", "Hyper-V\\Update-VMVersion", {"VM": place.vm, "Force": True})
        found.add(vm.where("version"), place.planned(step, f"version: {now} -> {wanted}"), states=OFF_ONLY)
    return after


def _supported(host: ObservedHost) -> str:
    return f"the host supports {', '.join(host.versions)}"


def _is_before(one: str, other: str) -> bool:
    return [int(part) for part in one.split(".") if part] < [int(part) for part in other.split(".") if part]
