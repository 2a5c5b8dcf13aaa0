# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Random pairs of devices as VMs have them and as they are declared, with cuts, on the simulation."""

from __future__ import annotations

import typing as t

from areas.hosts import GB
from areas.interruption import converge_despite_cuts, refused_without_change
from areas.vm.vm_host import simulated_host
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation import assignable_devices, fibre_channel, gpu_partitions
from hyperv_lab.simulation.assignable_devices import PciDevice
from hyperv_lab.simulation.fibre_channel import VirtualSan, WorldWideNames
from hyperv_lab.simulation.gpu_partitions import PartitionableGpu
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.machine_store import create_machine

SANS, GPUS = ("a", "B b"), ("gpu#1", "gpu#2")
LOCATIONS = ("PCIROOT(0)#PCI(0300)", "PCIROOT(0)#PCI(0400)", "PCIROOT(0)#PCI(0500)")
PORTS = ("C003FF0000000001", "C003FF0000000002", "C003FF0000000003", "C003FF0000000004")
NODE = "C003FF0000FFFF00"


@st.composite
def hosts(draw: st.DrawFn) -> Host:
    host = simulated_host()
    host.virtual_sans += [VirtualSan(host, name) for name in SANS]
    host.partitionable_gpus += [PartitionableGpu(host, name, 8, 16 * GB) for name in GPUS]
    for number, location in enumerate(LOCATIONS):
        device = PciDevice(host, "card", f"PCI\\VEN_1\\{number}", location)
        device.enabled = draw(st.booleans())
        device.dismounted = not device.enabled and draw(st.booleans())
        host.pci_devices.append(device)
    for name in ("web", "other"):
        machine = create_machine(host, name, 2, path=None, version=None)
        machine.settings.stop_action = "TurnOff"
        machine.settings.high_mmio = 32 * GB
        memory = machine.settings.memory
        memory.dynamic, memory.minimum = draw(st.booleans()), memory.startup
        for san in draw(st.lists(st.sampled_from(SANS), max_size=2)):
            names = WorldWideNames(NODE, draw(st.sampled_from(PORTS)), NODE, draw(st.sampled_from(PORTS)))
            fibre_channel.add(machine, san, draw(st.sampled_from([None, names])))
        for gpu in draw(st.lists(st.sampled_from(("", *GPUS)), max_size=2)):
            changes = gpu_partitions.Changes({("VRAM", "Min"): draw(st.integers(0, 3))})
            gpu_partitions.add(machine, gpu, changes)
        for device in host.pci_devices:
            if device.dismounted and device.owner is None and draw(st.booleans()):
                assignable_devices.assign(machine, device.location)
    return host


def _state(draw: st.DrawFn) -> dict[str, str]:
    return draw(st.sampled_from([{}, {}, {"state": "absent"}]))


@st.composite
def declarations(draw: st.DrawFn) -> dict[str, t.Any]:
    options: dict[str, t.Any] = {"name": "web"}
    lists: dict[str, list[dict[str, t.Any]]] = {}
    if draw(st.booleans()):
        lists["fibre_channel_adapters"] = [
            {
                "san": san,
                **draw(
                    st.sampled_from(
                        [{}, {"wwn_set_a": {"node": NODE, "port": a}, "wwn_set_b": {"node": NODE, "port": b}}]
                    )
                ),
                **_state(draw),
            }
            for san in draw(st.lists(st.sampled_from(SANS), unique=True, max_size=2))
            for a, b in [draw(st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)))]
        ]
    if draw(st.booleans()):
        lists["gpu_partitions"] = [
            {"gpu": gpu, "vram": {"minimum": draw(st.integers(0, 2)), "maximum": 4}, **_state(draw)}
            for gpu in draw(st.lists(st.sampled_from(("any", "GPU#1", "gpu#2")), unique=True, max_size=2))
        ]
    if draw(st.booleans()):
        lists["assignable_devices"] = [
            {"location_path": location, "manage_host": draw(st.booleans()), **_state(draw)}
            for location in draw(st.lists(st.sampled_from(LOCATIONS), unique=True, max_size=3))
        ]
    options.update(lists)
    options["purge"] = [name for name in lists if draw(st.booleans())]
    options["state"] = draw(st.sampled_from(["present", "running"]))
    return options


def is_contradictory(options: dict[str, t.Any]) -> bool:
    try:
        AREA.declare(validated_options("vm", options).values)
    except (BadInput, BadOptions):
        return True
    return False


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(hosts(), declarations())
def test_every_declaration_is_reached_or_refused(host: Host, options: dict[str, t.Any]) -> None:
    if not is_contradictory(options) and not refused_without_change("vm", host, options):
        converge_despite_cuts("vm", host, options)
