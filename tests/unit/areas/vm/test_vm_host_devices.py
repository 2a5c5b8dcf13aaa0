# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Devices of the host that VMs have: set, changed, left alone, refused, and each cut at each step."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB
from areas.interruption import converge_despite_cuts
from areas.vm.vm_host import machine, simulated_host

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import Outcome, RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation import assignable_devices, fibre_channel, gpu_partitions
from hyperv_lab.simulation.assignable_devices import PciDevice
from hyperv_lab.simulation.fibre_channel import VirtualSan, WorldWideNames
from hyperv_lab.simulation.gpu_partitions import PartitionableGpu
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.machine_store import create_machine
from hyperv_lab.simulation.releases import RELEASES

GPUS = ("\\\\?\\PCI#VEN_10DE&DEV_25B6#1", "\\\\?\\PCI#VEN_10DE&DEV_25B6#2")
LOCATION, OTHER = "PCIROOT(0)#PCI(0300)#PCI(0000)", "PCIROOT(0)#PCI(0400)#PCI(0000)"
SET_A = {"node": "C0:03:FF:00:00:FF:FF:00", "port": "c003ff0000000001"}
SET_B = {"node": "C003FF0000FFFF00", "port": "C003FF0000000002"}


def host_with_devices() -> Host:
    host = simulated_host()
    for name in ("Fabric A", "fabric-b"):
        host.virtual_sans.append(VirtualSan(host, name))
    for name in GPUS:
        host.partitionable_gpus.append(PartitionableGpu(host, name, 2, 16 * GB))
    for number, location in enumerate((LOCATION, OTHER)):
        host.pci_devices.append(PciDevice(host, "card", f"PCI\\VEN_10DE&DEV_1EB8\\{number}", location))
    made = create_machine(host, "web", 2, path=None, version=None)
    made.settings.stop_action = "TurnOff"
    return host


def reach(host: Host, **options: t.Any) -> Outcome:
    return converge("vm", SimulatedHost(host), {"name": "web", **options})


def refusals(host: Host, **options: t.Any) -> str:
    before = host.fingerprint()
    with pytest.raises(RunFailed) as caught:
        run_area("vm", SimulatedHost(host), {"name": "web", **options})
    assert caught.value.refusals, str(caught.value)
    assert host.fingerprint() == before
    return "\n".join(str(refusal) for refusal in caught.value.refusals)


def sans(host: Host) -> list[str]:
    return [adapter.san for adapter in machine(host, "web").settings.fibre_channel_adapters]


# Fibre Channel adapters


def test_fibre_channel_adapters_are_set_changed_and_left_alone() -> None:
    host = host_with_devices()
    done = reach(
        host, fibre_channel_adapters=[{"san": "FABRIC A"}, {"san": "fabric-b", "wwn_set_a": SET_A, "wwn_set_b": SET_B}]
    )
    assert sans(host) == ["Fabric A", "fabric-b"]
    first, second = machine(host, "web").settings.fibre_channel_adapters
    assert second.names == WorldWideNames(
        "C003FF0000FFFF00", "C003FF0000000001", "C003FF0000FFFF00", "C003FF0000000002"
    )
    assert done.result["vm"]["fibre_channel_adapters"]["fabric-b"]["wwn_set_a"]["port"] == "C003FF0000000001"
    generated = first.names
    reach(
        host,
        fibre_channel_adapters=[
            {"san": "fabric-b", "wwn_set_a": {**SET_A, "port": "C003FF0000000009"}, "wwn_set_b": SET_B}
        ],
    )
    assert (second.names.port_a, first.names) == ("C003FF0000000009", generated)
    assert not reach(host, fibre_channel_adapters=[{"san": "fabric-b"}]).plan.changed
    assert not reach(host, notes="").plan.changed


def test_fibre_channel_adapter_with_the_same_names_moves_to_another_san() -> None:
    host = host_with_devices()
    names = {"wwn_set_a": SET_A, "wwn_set_b": SET_B}
    reach(host, fibre_channel_adapters=[{"san": "fabric-b", **names}])
    reach(host, fibre_channel_adapters=[{"san": "Fabric A", **names}])
    assert sans(host) == ["Fabric A"]


def test_fibre_channel_adapters_go_one_by_one_or_by_purge() -> None:
    host = host_with_devices()
    reach(host, fibre_channel_adapters=[{"san": "Fabric A"}, {"san": "fabric-b"}])
    reach(host, fibre_channel_adapters=[{"san": "Fabric A", "state": "absent"}])
    assert sans(host) == ["fabric-b"]
    reach(host, fibre_channel_adapters=[{"san": "Fabric A"}], purge=["fibre_channel_adapters"])
    assert sans(host) == ["Fabric A"]
    reach(host, fibre_channel_adapters=[], purge=["fibre_channel_adapters"])
    assert sans(host) == []


def test_fibre_channel_refusals() -> None:
    host = host_with_devices()
    assert "the host has no such virtual SAN" in refusals(host, fibre_channel_adapters=[{"san": "fabric-c"}])
    web = machine(host, "web")
    for _ in range(2):
        fibre_channel.add(web, "fabric-b", None)
    assert "it has 2 there" in refusals(host, fibre_channel_adapters=[{"san": "fabric-b"}])
    other = create_machine(host, "other", 2, path=None, version=None)
    taken = fibre_channel.add(other, "fabric-b", None).names
    names = {"wwn_set_a": {"node": taken.node_a, "port": taken.port_b}, "wwn_set_b": SET_B}
    assert "is that of VM other" in refusals(host, fibre_channel_adapters=[{"san": "Fabric A", **names}])
    for _ in range(2):
        fibre_channel.add(web, "fabric-b", None)
    assert "at most 4" in refusals(host, fibre_channel_adapters=[{"san": "Fabric A"}])


def test_fibre_channel_adapters_of_a_running_vm_need_it_off() -> None:
    host = host_with_devices()
    machine(host, "web").start()
    assert "restart: if_needed" in refusals(host, fibre_channel_adapters=[{"san": "Fabric A"}])
    reach(host, fibre_channel_adapters=[{"san": "Fabric A"}], restart="if_needed", turn_off=True)
    assert machine(host, "web").state == "Running" and sans(host) == ["Fabric A"]


# GPU partitions


def partition(host: Host, number: int = 0) -> gpu_partitions.GpuPartition:
    return machine(host, "web").settings.gpu_partitions[number]


def test_gpu_partitions_are_set_changed_and_left_alone() -> None:
    host = host_with_devices()
    vram = {"minimum": 1, "optimal": 5, "maximum": 9}
    done = reach(
        host, gpu_partitions=[{"gpu": "any", "vram": vram, "compute": {"maximum": 7}}, {"gpu": GPUS[1].upper()}]
    )
    assert done.result["vm"]["gpu_partitions"]["any"] == {"vram": vram, "compute": {"maximum": 7}}
    assert (partition(host).instance_path, partition(host, 1).instance_path) == ("", GPUS[1].upper())
    reach(host, gpu_partitions=[{"gpu": "ANY", "vram": {"maximum": 12}}])
    amounts = partition(host).amounts
    assert (amounts["VRAM"].minimum, amounts["VRAM"].maximum, amounts["Compute"].maximum) == (1, 12, 7)
    assert not reach(host, gpu_partitions=[{"gpu": GPUS[1]}]).plan.changed
    reach(host, gpu_partitions=[{"gpu": "any", "state": "absent"}])
    assert partition(host).instance_path == GPUS[1].upper()
    reach(host, gpu_partitions=[{"gpu": "any"}], purge=["gpu_partitions"])
    assert [each.instance_path for each in machine(host, "web").settings.gpu_partitions] == [""]


def test_gpu_partition_refusals() -> None:
    host = host_with_devices()
    assert "no such GPU" in refusals(host, gpu_partitions=[{"gpu": "\\\\?\\other"}])
    web = machine(host, "web")
    made = gpu_partitions.add(web, "", gpu_partitions.Changes({("VRAM", "Max"): 5}))
    text = refusals(host, gpu_partitions=[{"gpu": "any", "vram": {"minimum": 6}}])
    assert "would be [6, none, 5]" in text and made.amounts["VRAM"].minimum is None
    gpu_partitions.add(web, "", gpu_partitions.Changes())
    assert "it has 2" in refusals(host, gpu_partitions=[{"gpu": "any"}])


def test_gpus_cannot_be_chosen_on_older_hosts() -> None:
    host = host_with_devices()
    host.windows = RELEASES["2019"]
    reach(host, gpu_partitions=[{"gpu": "any"}])
    with pytest.raises(RunFailed) as caught:
        run_area("vm", SimulatedHost(host), {"name": "web", "gpu_partitions": [{"gpu": GPUS[0]}]})
    assert caught.value.error is not None and caught.value.error.kind == "no_cmdlet"


@pytest.mark.parametrize("kind", ["gpu_partitions", "assignable_devices"])
def test_gotcha_14_startup_must_equal_minimum_memory(kind: str) -> None:
    host = host_with_devices()
    memory = machine(host, "web").settings.memory
    memory.dynamic, memory.startup, memory.minimum = True, 2 * GB, GB
    entry = {"gpu": "any"} if kind == "gpu_partitions" else {"location_path": LOCATION, "manage_host": True}
    options: dict[str, t.Any] = {kind: [entry], "memory_mapped_io": {"high": "32 GB"}}
    assert "would not start" in refusals(host, **options)
    reach(host, **options, memory={"minimum": "2 GB"}, state="running")
    assert machine(host, "web").state == "Running"
    assert "would not start" in refusals(host, **options, memory={"minimum": "1 GB"}, restart="if_needed")


# Discrete device assignment


def device(host: Host, number: int = 0) -> PciDevice:
    return host.pci_devices[number]


ASSIGNED = [{"location_path": LOCATION, "manage_host": True}]
RETURNED = [{"location_path": LOCATION, "manage_host": True, "state": "absent"}]


def test_a_device_goes_to_a_vm_and_back() -> None:
    host = host_with_devices()
    done = converge_despite_cuts("vm", host, {"name": "web", "assignable_devices": ASSIGNED})
    assert done.result["vm"]["assignable_devices"] == {LOCATION: {"assigned": True}}
    reach(host, assignable_devices=ASSIGNED, memory_mapped_io={"high": "32 GB"})
    assert device(host).dismounted and device(host).owner is machine(host, "web")
    assert not device(host, 1).dismounted and device(host, 1).enabled
    assert not reach(host, assignable_devices=[{"location_path": LOCATION.lower()}]).plan.changed
    back = converge_despite_cuts("vm", host, {"name": "web", "assignable_devices": RETURNED})
    assert back.result["vm"]["assignable_devices"] == {LOCATION: {"assigned": False, "host": "in use"}}
    reach(host, assignable_devices=RETURNED)
    assert device(host).enabled and not device(host).dismounted


def test_a_device_stays_off_the_host_unless_it_is_to_be_given_back() -> None:
    host = host_with_devices()
    reach(host, assignable_devices=ASSIGNED)
    reach(host, assignable_devices=[], purge=["assignable_devices"])
    assert device(host).dismounted and device(host).owner is None
    reach(host, assignable_devices=[{"location_path": LOCATION}])
    assert device(host).owner is machine(host, "web")


def test_device_refusals() -> None:
    host = host_with_devices()
    assert "manage_host: true" in refusals(host, assignable_devices=[{"location_path": LOCATION}])
    unknown = "PCIROOT(7)#PCI(0000)"
    assert "no such PCI Express device" in refusals(host, assignable_devices=[{"location_path": unknown}])
    web = machine(host, "web")
    web.settings.stop_action = "Save"
    assert "automatic_stop.action: turn_off" in refusals(host, assignable_devices=ASSIGNED)
    web.settings.stop_action = "TurnOff"
    reach(host, assignable_devices=ASSIGNED)
    text = refusals(host, assignable_devices=ASSIGNED, automatic_stop={"action": "save"})
    assert "automatic_stop.action is save" in text
    create_machine(host, "other", 2, path=None, version=None).settings.stop_action = "TurnOff"
    with pytest.raises(RunFailed, match="VM web has it"):
        run_area("vm", SimulatedHost(host), {"name": "other", "assignable_devices": ASSIGNED})


def test_little_io_space_is_a_warning() -> None:
    host = host_with_devices()
    (warning,) = reach(host, assignable_devices=ASSIGNED).plan.warnings
    assert "memory_mapped_io.high" in warning
    assert not reach(host, assignable_devices=ASSIGNED).plan.warnings


def test_a_new_vm_has_everything_at_once() -> None:
    host = host_with_devices()
    options = {
        "name": "new",
        "memory": {"startup": "1 GB"},
        "automatic_stop": {"action": "turn_off"},
        "memory_mapped_io": {"low": "1 GB", "high": "32 GB"},
        "fibre_channel_adapters": [{"san": "fabric-b"}],
        "gpu_partitions": [{"gpu": GPUS[0], "vram": {"minimum": 1}}],
        "assignable_devices": [{"location_path": OTHER, "manage_host": True}],
        "state": "running",
    }
    done = converge_despite_cuts("vm", host, options)
    assert done.result["vm"]["assignable_devices"] == {OTHER: {"assigned": True}}
    converge("vm", SimulatedHost(host), options)
    assert machine(host, "new").state == "Running"
    assert assignable_devices.find(host, OTHER).owner is machine(host, "new")


def test_a_fleet_shares_an_entry_and_its_defaults() -> None:
    host = host_with_devices()
    options = {
        "defaults": {
            "gpu_partitions": [{"gpu": "any", "vram": {"minimum": 1}}],
            "fibre_channel_adapters": [{"san": "fabric-b"}],
        },
        "vms": [{"name": "a"}, {"name": "b", "gpu_partitions": [{"gpu": "any", "vram": {"maximum": 9}}]}],
    }
    done = converge("vm", SimulatedHost(host), options)
    assert done.result["vms"]["b"]["gpu_partitions"] == {"any": {"vram": {"minimum": 1, "maximum": 9}}}
    assert done.result["vms"]["a"]["fibre_channel_adapters"] == {"fabric-b": {}}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fibre_channel_adapters": [{}]}, "fibre_channel_adapters[0].san: is needed"),
        ({"fibre_channel_adapters": [{"san": "a"}, {"san": "A"}]}, "also the san"),
        ({"fibre_channel_adapters": [{"san": "a", "wwn_set_a": SET_A}]}, "wwn_set_b.node: is needed"),
        ({"fibre_channel_adapters": [{"san": "a", "wwn_set_a": SET_A, "wwn_set_b": SET_A}]}, "must differ"),
        (
            {"fibre_channel_adapters": [{"san": "a", "wwn_set_a": {**SET_A, "node": "12"}, "wwn_set_b": SET_B}]},
            "wwn_set_a.node: '12' is no world wide name",
        ),
        ({"fibre_channel_adapters": [{"san": str(number)} for number in range(5)]}, "at most 4"),
        ({"gpu_partitions": [{"gpu": "any", "vram": {"minimum": 2, "maximum": 1}}]}, "minimum <= optimal <= maximum"),
        ({"gpu_partitions": [{"gpu": "any", "vram": {"minimum": -1}}]}, "gpu_partitions[0].vram.minimum: -1"),
        ({"gpu_partitions": [{"gpu": "any"}, {"gpu": "Any"}]}, "also the gpu"),
        ({"assignable_devices": [{"location_path": "PCI\\VEN_10DE"}]}, "is no location path"),
        ({"purge": ["assignable_devices"]}, "assignable_devices would remove all of them"),
    ],
)
def test_bad_input(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises((BadInput, BadOptions)) as caught:
        run_area("vm", SimulatedHost(host_with_devices()), {"name": "web", **options})
    assert message in str(caught.value)


def test_two_vms_cannot_have_one_device_or_one_port() -> None:
    for options, message in (
        ({"assignable_devices": ASSIGNED}, "also declared for VM a"),
        ({"fibre_channel_adapters": [{"san": "x", "wwn_set_a": SET_A, "wwn_set_b": SET_B}]}, "also that of"),
    ):
        fleet = {"vms": [{"name": "a", **options}, {"name": "b", **options}]}
        with pytest.raises(BadInput) as caught:
            run_area("vm", SimulatedHost(host_with_devices()), fleet)
        assert message in str(caught.value)


def test_info_shows_what_vms_have_and_what_the_host_lends() -> None:
    host = host_with_devices()
    reach(
        host,
        fibre_channel_adapters=[{"san": "fabric-b", "wwn_set_a": SET_A, "wwn_set_b": SET_B}],
        gpu_partitions=[{"gpu": "any", "vram": {"minimum": 1}}],
        assignable_devices=ASSIGNED,
    )
    asked = {"name": ["web"], "gather": ["host_devices"]}
    (vm,) = run_area("vm_info", SimulatedHost(host), asked).result["vms"]
    assert vm["fibre_channel_adapters"][0]["wwn_set_b"]["port"] == SET_B["port"]
    assert vm["gpu_partitions"][0]["vram"] == {"minimum": 1, "maximum": None, "optimal": None}
    assert vm["assignable_devices"] == [{"location_path": LOCATION}]
    asked = {"gather": ["virtual_sans", "gpus", "assignable_devices"]}
    offers = run_area("host_info", SimulatedHost(host), asked).result
    assert [san["name"] for san in offers["virtual_sans"]] == ["Fabric A", "fabric-b"]
    assert offers["gpus"][0]["maximum_vram"] == 16 * GB and offers["gpus"][0]["partitions"] == 2
    assert [each["location_path"] for each in offers["assignable_devices"]] == [LOCATION]
