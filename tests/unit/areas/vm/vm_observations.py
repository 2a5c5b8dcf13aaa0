# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Observations made by hand, and plans on them."""

from __future__ import annotations

import collections.abc as c
import dataclasses
import typing as t

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.virtual_disk import Chain, Link, Volume, path_key
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.observation import (
    Observation,
    ObservedAdapter,
    ObservedDrive,
    ObservedHost,
    ObservedVm,
)
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.slots import slot_from_text
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput, Plan

GB = 1024**3
TEMPLATE = "D:\\T\\server.vhdx"

#: What Get-VMProcessor and Get-VMMemory say about a VM that nobody changed.
SETTINGS: dict[str, t.Any] = {
    "processor.count": 1,
    "processor.reserve": 0,
    "processor.maximum": 100,
    "processor.weight": 100,
    "memory.dynamic": False,
    "memory.startup": GB,
    "memory.minimum": GB // 2,
    "memory.maximum": 1024 * GB,
    "memory.buffer": 20,
    "memory.priority": 50,
    "notes": "",
    "automatic_start.action": "start_if_running",
    "automatic_start.delay": 0,
    "automatic_stop.action": "save",
    "secure_boot": True,
    "secure_boot_template": "MicrosoftWindows",
}


def vm(name: str = "web01", state: str = "Off", *, number: int = 1, generation: int = 2, **more: t.Any) -> ObservedVm:
    """Return an observed VM; `settings` are laid over those of a new one, `disks` is a mapping of slots to files."""
    vm_id = f"00000000-0000-0000-0000-{number:012d}"
    settings = {**SETTINGS, **more.pop("settings", {})}
    drives = tuple(ObservedDrive(vm_id, slot_from_text(slot), path) for slot, path in more.pop("disks", {}).items())
    adapters = tuple(
        dataclasses.replace(adapter, vm=vm_id, id=f"{vm_id}\\{index}")
        for index, adapter in enumerate(more.pop("adapters", ()))
    )
    return ObservedVm(
        vm_id,
        name,
        state,
        generation,
        settings=settings,
        drives=drives,
        adapters=adapters,
        **{"path": "C:\\VMs", **more},
    )


def adapter(name: str, **more: t.Any) -> ObservedAdapter:
    """Return an observed adapter."""
    return ObservedAdapter("", "", name, **{"mac": "00155D000001", **more})


def link(path: str, size: int = 20 * GB, kind: str = "dynamic", parent: str | None = None, **more: t.Any) -> Link:
    """Return a file of a chain."""
    return Link(path, kind, size, parent, path.rpartition(".")[2].replace("av", "v"), **more)


def chain(*links: Link, **more: t.Any) -> Chain:
    """Return the chain of a file that is there."""
    return Chain(links[0].path, True, directory_exists=True, links=links, **more)


def missing(path: str, directory: bool = True) -> Chain:
    """Return what is found where no file is."""
    return Chain(path, False, directory_exists=directory)


def observation(
    *vms: ObservedVm,
    chains: c.Iterable[Chain] = (),
    switches: tuple[str, ...] = ("lan", "san"),
    free: int = 1000 * GB,
    host: ObservedHost | None = None,
) -> Observation:
    """Return an observation with these VMs."""
    return Observation(
        host or ObservedHost(16, 64 * GB, "C:\\VMs"),
        vms,
        tuple(drive for each in vms for drive in each.drives),
        {path_key(each.path): each for each in (chain(link(TEMPLATE)), *chains)},
        switches,
        {"D": Volume("D", 2000 * GB, free)},
    )


def plan(options: t.Mapping[str, t.Any], seen: Observation | None = None) -> Plan:
    """Return the plan of options as a task has them."""
    declaration = AREA.declare(validated_options("vm", options).values)
    return AREA.plan(declaration, observation() if seen is None else seen)


def bad_input(options: t.Mapping[str, t.Any]) -> BadInput:
    """Return the problem that makes options wrong whatever the host looks like."""
    try:
        AREA.declare(validated_options("vm", options).values)
    except BadOptions as problems:
        return problems.problems[0]
    except BadInput as problem:
        return problem
    raise AssertionError("the options were taken")


def refusals(made: Plan) -> dict[str, str]:
    """Return the refusals of a plan by option."""
    assert made.refusals and not made.steps
    return {refusal.path: str(refusal) for refusal in made.refusals}


def calls(made: Plan) -> list[str]:
    """Return the cmdlets and functions of a plan without their modules, and without those that only fetch objects."""
    assert not made.refusals, made.refusals
    return [planned.step.call.rpartition("\\")[2] for planned in made.steps if planned.reasons]


def sent(made: Plan, call: str) -> dict[str, t.Any]:
    """Return the parameters of the only call of a cmdlet, without its target."""
    (step,) = [planned.step for planned in made.steps if planned.step.call.rpartition("\\")[2] == call]
    targets = ("VM", "VMNetworkAdapter", "VMHardDiskDrive", "Passthru")
    return {name: value for name, value in step.parameters.items() if name not in targets}


def reasons(made: Plan) -> list[str]:
    """Return all reasons of a plan."""
    return [reason for planned in made.steps for reason in planned.reasons]
