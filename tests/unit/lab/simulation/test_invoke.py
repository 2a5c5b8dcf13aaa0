# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The door: missing modules, stopped services, faults, latencies, unknown parameters, threads."""

from __future__ import annotations

import threading
import time
import typing as t

import pytest

from hyperv_lab.cmdlets.invoke import CmdletCall, available, invoke
from hyperv_lab.simulation.errors import CmdletError
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.faults import Fault

SESSION = Session("Administrator", "HV01", "direct")


def test_without_the_role_the_module_is_missing(make_lab: t.Any) -> None:
    lab = make_lab(hyperv=False)
    assert lab.fails("Get-VM").error_id == "CommandNotFoundException"
    assert not available(lab.host, "Hyper-V", "Get-VM") and available(lab.host, "Storage", "Get-Volume")
    assert lab.run("Get-Service", Name="vmm*") == []
    assert (
        lab.fails("Get-CimInstance", Namespace="root/virtualization/v2", ClassName="Msvm_ComputerSystem").cause
        == -2147217394
    )


def test_with_vmms_stopped_everything_of_hyper_v_fails_differently_from_absence(lab: t.Any) -> None:
    lab.host.services["vmms"] = "Stopped"
    for name, parameters in (
        ("Get-VM", {"Name": "x"}),
        ("Get-VMSwitch", {}),
        ("Get-VHD", {"Path": "D:\\Templates\\server.vhdx"}),
    ):
        assert lab.fails(name, **parameters).error_id == "ObjectNotFound"
    assert str(lab.one("Get-Service", Name="vmms").get("Status")) == "Stopped"
    assert lab.run("Get-Volume", DriveLetter="C")


def test_unknown_things_are_refused_loudly(lab: t.Any) -> None:
    calls: tuple[tuple[str, str, dict[str, t.Any], str], ...] = (
        ("Hyper-V", "Get-VMRemoteFXPhysicalVideoAdapter", {}, "NotSimulated"),
        ("Nothing", "Get-Thing", {}, "CommandNotFoundException"),
        ("Hyper-V", "Start-VM", {"Name": ["x"], "AsJob": True}, "NotSimulated"),
        ("Hyper-V", "Get-VM", {"ComputerName": ["elsewhere"]}, "NotSimulated"),
    )
    for module, name, parameters, error_id in calls:
        with pytest.raises(CmdletError) as caught:
            invoke(lab.host, CmdletCall(module, name, "x", parameters, SESSION))
        assert caught.value.record.error_id == error_id
    assert invoke(lab.host, CmdletCall("Hyper-V", "Get-VM", "Name", {"ComputerName": ["hv01"]}, SESSION)).output == []


def test_a_later_parameter_is_unknown_to_an_older_release(make_lab: t.Any) -> None:
    lab = make_lab(release="2016")
    machine = lab.machine(disk=False)
    call = CmdletCall("Hyper-V", "Set-VM", "VMObject", {"VM": [machine], "AutomaticCheckpointsEnabled": False}, SESSION)
    with pytest.raises(CmdletError) as caught:
        invoke(lab.host, call)
    assert caught.value.record.error_id == "NamedParameterNotFound"
    assert invoke(make_lab().host, CmdletCall("Hyper-V", "Get-VM", "Name", {}, SESSION)).output == []
    newer = make_lab(release="2019")
    newer.run("Set-VM", VM=newer.machine(disk=False), AutomaticCheckpointsEnabled=False)


def test_versions_follow_the_release(make_lab: t.Any) -> None:
    for release, version in (("2016", "8.0"), ("2019", "9.0"), ("2022", "10.0"), ("2025", "12.0")):
        lab = make_lab(release=release)
        assert lab.one("Get-VMHostSupportedVersion", Default=True).get("Version") == version
        assert lab.machine(disk=False).get("Version") == version
        assert lab.one("Get-CimInstance", ClassName="Win32_OperatingSystem").get("BuildNumber") == str(lab.host.build)


def test_a_fault_strikes_the_call_it_names(make_lab: t.Any) -> None:
    fault = {
        "cmdlet": "New-VHD",
        "call": 2,
        "error_id": "ObjectInUse",
        "category": "ResourceBusy",
        "hresult": 0x80070020,
        "message": "busy",
    }
    lab = make_lab(faults=[fault])
    lab.run("New-VHD", Path="D:\\a.vhdx", SizeBytes=2**30)
    record = lab.fails("New-VHD", Path="D:\\b.vhdx", SizeBytes=2**30)
    assert (record.fully_qualified, record.cause) == (
        "ObjectInUse,Microsoft.Vhd.PowerShell.Cmdlets.NewVhd",
        -2147024864,
    )
    assert not lab.host.files.exists("D:\\b.vhdx")
    lab.run("New-VHD", Path="D:\\b.vhdx", SizeBytes=2**30)
    assert lab.host.counters.cmdlets["New-VHD"] == 3


def test_a_fault_after_the_work_loses_only_the_answer(lab: t.Any) -> None:
    lab.host.faults.append(Fault("New-VMSwitch", after=True))
    assert lab.fails("New-VMSwitch", Name="s", SwitchType="Private").error_id == "OperationFailed"
    assert lab.one("Get-VMSwitch").get("Name") == "s"


def test_a_fault_for_all_cmdlets_for_ever(make_lab: t.Any) -> None:
    lab = make_lab(faults=[{"cmdlet": "*", "times": "always"}])
    for _ in range(3):
        assert lab.fails("Get-VM").error_id == "OperationFailed"
    assert lab.run("Get-Volume", DriveLetter="D")


def test_latencies_and_delays_are_real(make_lab: t.Any) -> None:
    lab = make_lab(
        latencies={"cmdlet": 0.0, "cmdlets": {"Get-VM": 0.05}},
        faults=[{"cmdlet": "Get-VMSwitch", "error_id": None, "delay": 0.05}],
    )
    for name in ("Get-VM", "Get-VMSwitch"):
        began = time.monotonic()
        lab.run(name)
        assert time.monotonic() - began >= 0.05


def test_waiting_cmdlets_let_others_work(make_lab: t.Any) -> None:
    lab = make_lab()
    machine = lab.booted()
    lab.estate.clock.manual = False
    lab.estate.clock.speed = 20.0
    done = threading.Event()

    def stop() -> None:
        lab.run("Stop-VM", VM=machine)
        done.set()

    thread = threading.Thread(target=stop)
    thread.start()
    while str(machine.get("State")) != "Stopping":
        assert not done.is_set()
    assert lab.run("Get-VM") == [machine] and not done.is_set()
    thread.join(10)
    assert done.is_set() and str(machine.get("State")) == "Off"


def test_many_threads_make_many_machines(lab: t.Any) -> None:
    threads = [
        threading.Thread(target=lambda number=number: [lab.machine(f"m{number}-{index}") for index in range(5)])
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lab.run("Get-VM")) == 30 and lab.host.files.volumes["D"].used == sum(
        entry.length for entry in lab.host.files.walk("D:\\")
    )


def test_a_copy_of_the_estate_lives_on_its_own(lab: t.Any) -> None:
    machine = lab.machine()
    lab.run("Start-VM", VM=machine)
    copy = lab.estate.snapshot()
    copy.advance(60)
    twin = copy.host("hv01").machines[machine.id]
    assert twin.heartbeat and not machine.heartbeat and twin.host is copy.host("HV01")
    twin.turn_off()
    assert machine.state == "Running" and lab.host.files.entry("D:\\VMs\\web01\\os.vhdx").locks


def test_five_hundred_machines_are_read_in_milliseconds(make_lab: t.Any) -> None:
    lab = make_lab()
    lab.run("New-VMSwitch", Name="s", SwitchType="Private")
    for number in range(500):
        machine = lab.one("New-VM", Name=f"vm{number}", Generation=2, SwitchName="s")
        for index in range(2):
            path = f"D:\\VMs\\{number}-{index}.vhdx"
            lab.run("New-VHD", Path=path, SizeBytes=2**30)
            lab.run("Add-VMHardDiskDrive", VM=machine, Path=path)
    machines = lab.run("Get-VM")
    began = time.process_time()
    drives = lab.run("Get-VMHardDiskDrive", VM=machines)
    seconds = time.process_time() - began
    assert len(drives) == 1000 and seconds < 0.2
