# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Security settings, COM ports, resource pools and configuration versions: what each refuses."""

from __future__ import annotations

import typing as t

import pytest

GIB = 1024**3


def test_a_tpm_needs_generation_2_a_key_protector_and_the_machine_off(lab: t.Any) -> None:
    old, machine = lab.machine("old", generation=1, disk=False), lab.booted()
    assert lab.fails("Enable-VMTPM", VM=old).error_id == "InvalidParameter"
    for cmdlet, parameters in (
        ("Enable-VMTPM", {}),
        ("Set-VMKeyProtector", {"NewLocalKeyProtector": True}),
        ("Set-VMSecurity", {"VirtualizationBasedSecurityOptOut": True}),
        ("Set-VMSecurityPolicy", {"Shielded": False}),
    ):
        assert lab.fails(cmdlet, VM=machine, **parameters).error_id == "InvalidState"
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    assert lab.run("Get-VMKeyProtector", VM=machine) == [bytes([0, 0, 0, 4])]
    for cmdlet, parameters in (
        ("Enable-VMTPM", {}),
        ("Set-VMSecurity", {"EncryptStateAndVmMigrationTraffic": True}),
        ("Set-VMSecurityPolicy", {"Shielded": True}),
    ):
        record = lab.fails(cmdlet, VM=machine, **parameters)
        assert (record.error_id, record.category) == ("OperationFailed", "InvalidOperation")
    lab.run("Set-VMKeyProtector", VM=machine, NewLocalKeyProtector=True)
    (protector,) = lab.run("Get-VMKeyProtector", VM=machine)
    assert len(protector) > 4
    lab.run("Enable-VMTPM", VM=machine)
    assert lab.one("Get-VMSecurity", VM=machine).get("TpmEnabled") is True


def test_shielding_turns_tpm_and_encryption_on_and_holds_everything_fast(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    lab.run("Set-VMKeyProtector", VM=machine, NewLocalKeyProtector=True)
    lab.run("Set-VMFirmware", VM=machine, EnableSecureBoot="Off")
    assert lab.fails("Set-VMSecurityPolicy", VM=machine, Shielded=True).error_id == "InvalidParameter"
    lab.run("Set-VMFirmware", VM=machine, EnableSecureBoot="On")
    lab.run("Set-VMSecurityPolicy", VM=machine, Shielded=True)
    assert lab.one("Get-VMSecurity", VM=machine).get("TpmEnabled") is True
    assert lab.one("Get-VMSecurity", VM=machine).get("EncryptStateAndVmMigrationTraffic") is True
    for cmdlet, parameters in (
        ("Disable-VMTPM", {}),
        ("Set-VMSecurity", {"EncryptStateAndVmMigrationTraffic": False}),
        ("Set-VMFirmware", {"EnableSecureBoot": "Off"}),
    ):
        wanted = "InvalidOperation" if cmdlet == "Set-VMSecurity" else "InvalidParameter"
        assert lab.fails(cmdlet, VM=machine, **parameters).error_id == wanted
    lab.run("Set-VMSecurityPolicy", VM=machine, Shielded=False)
    lab.run("Disable-VMTPM", VM=machine)


@pytest.mark.parametrize("generation", [1, 2])
def test_com_ports(lab: t.Any, generation: int) -> None:
    machine = lab.machine(generation=generation)
    assert [port.get("Name") for port in lab.run("Get-VMComPort", VM=machine)] == ["COM 1", "COM 2"]
    lab.run("Set-VMComPort", VM=machine, Number=2, Path="\\\\.\\pipe\\a", DebuggerMode="On")
    port = lab.one("Get-VMComPort", VM=machine, Number=2)
    assert (port.get("Path"), port.get("DebuggerMode").number) == ("\\\\.\\pipe\\a", 0)
    assert machine.get("ComPort2").get("Path") == "\\\\.\\pipe\\a" and machine.get("ComPort1").get("Path") == ""
    assert lab.fails("Set-VMComPort", VM=machine, Number=3).error_id == "InvalidParameter"
    assert lab.fails("Set-VMComPort", VM=machine, Number=1, Path="COM1").error_id == "InvalidParameter"
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Set-VMComPort", VM=machine, Number=1, Path="").error_id == "InvalidState"


def test_resource_pools_and_performance_monitoring(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    lab.host.processor_pools.append("Gold")
    lab.run("Set-VMProcessor", VM=machine, ResourcePoolName="gold", Perfmon=["PMU", "lbr", "pmu"])
    processor = lab.one("Get-VMProcessor", VM=machine)
    assert processor.get("ResourcePoolName") == "Gold"
    found = [name for name in ("Pmu", "Lbr", "Pebs", "Ipt") if processor.get(f"EnablePerfmon{name}")]
    assert found == ["Pmu", "Lbr"]
    assert lab.fails("Set-VMMemory", VM=machine, ResourcePoolName="gold").error_id == "InvalidParameter"
    assert lab.fails("Set-VMProcessor", VM=machine, Perfmon=["all"]).error_id == "InvalidParameter"


def test_the_configuration_version_is_raised_once(lab: t.Any) -> None:
    machine = lab.machine(Version="9.0")
    lab.run("Start-VM", VM=machine)
    assert lab.fails("Update-VMVersion", VM=machine, Force=True).error_id == "InvalidState"
    lab.run("Stop-VM", VM=machine, TurnOff=True)
    assert lab.fails("Update-VMVersion", VM=machine).error_id == "InvalidOperation"
    lab.run("Update-VMVersion", VM=machine, Force=True)
    assert machine.get("Version") == "10.0"
    assert lab.call("Update-VMVersion", VM=machine, Force=True).warnings


def test_whether_memory_is_dynamic_by_default_is_the_hosts_affair(lab: t.Any) -> None:
    lab.host.dynamic_memory_is_default = True
    assert lab.machine(disk=False).get("DynamicMemoryEnabled") is True


@pytest.mark.parametrize(
    ("cmdlet", "parameters"),
    [
        ("Set-VM", {"EnhancedSessionTransportType": "HvSocket"}),
        ("Set-VM", {"BatteryPassthroughEnabled": False}),
        ("Set-VM", {"AutomaticCheckpointsEnabled": False}),
        ("Set-VMProcessor", {"Perfmon": ["pmu"]}),
        ("Set-VMProcessor", {"EnableLegacyApicMode": True}),
    ],
)
def test_server_2016_lacks_later_parameters(make_lab: t.Any, cmdlet: str, parameters: dict[str, t.Any]) -> None:
    lab = make_lab(release="2016")
    machine = lab.machine(disk=False)
    with pytest.raises(Exception, match="parameter"):
        lab.call(cmdlet, VM=machine, **parameters)
