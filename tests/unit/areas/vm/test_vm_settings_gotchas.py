# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What broke other tools in settings of VMs, by the numbers of the facts about them."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk
from areas.vm.setting_values import VALUES, nested
from areas.vm.vm_host import machine, simulated_host
from areas.vm.vm_observations import bad_input, calls, observation, plan, refusals, sent, vm

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings import ROW_OF, ROWS
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm.settings.row import ON_OFF
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Expression
from hyperv_lab.objects.types import OBJECT_TYPES
from hyperv_lab.simulation import drive_store
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.host import Host

DISK = {"slot": "scsi:0:0", "path": "D:\\web01.vhdx", "size": "1 GB"}
HYPERV = "Microsoft.HyperV.PowerShell"

#: Type of the objects that each reading step gives.
READ_TYPES = {
    "vms": "VirtualMachine",
    "processors": "VMProcessor",
    "memory": "VMMemory",
    "firmware": "VMFirmware",
    "bios": "VMBios",
    "security": "VMSecurity",
    "com1": "VMComPort",
    "com2": "VMComPort",
}


def host_with(**options: t.Any) -> Host:
    """Return a host with the VM web01, made as declared."""
    host = simulated_host()
    converge("vm", SimulatedHost(host), {"name": "web01", "disks": [DISK], **options})
    return host


def started(host: Host, seconds: int = 60) -> Host:
    """Return the host with web01 running, so many seconds after its start."""
    machine(host, "web01").start()
    host.estate.advance(seconds)
    return host


def converged(host: Host, **options: t.Any) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", converge("vm", SimulatedHost(host), {"name": "web01", **options}).result["vm"])


def info(host: Host, name: str = "web01") -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", run_area("vm_info", SimulatedHost(host), {"name": [name]}).result["vms"][0])


def failure(host: Host, **options: t.Any) -> str:
    """Return the message of a run that fails."""
    with pytest.raises(RunFailed) as failed:
        run_area("vm", SimulatedHost(host), {"name": "web01", **options})
    return str(failed.value)


def test_gotcha_1_one_of_two_vms_of_a_name_is_meant_by_its_id() -> None:
    host = host_with()
    converge("vm", SimulatedHost(host), {"name": "other", "notes": "the other"})
    machine(host, "other").settings.name = "WEB01"
    host.names_changed()
    assert "2 VMs of that name" in failure(host, notes="x") and "id" in failure(host, notes="x")
    (twin,) = [each for each in host.machines.values() if each.settings.notes == "the other"]
    options = {"name": "other", "id": str(twin.id).upper(), "notes": "mine"}
    outcome = converge("vm", SimulatedHost(host), options)
    assert outcome.result["vm"]["name"] == "other" and twin.settings.notes == "mine"
    assert machine(host, "web01").settings.notes == ""


@pytest.mark.parametrize("error", ["InvalidParameter", "ObjectNotFound", "OperationFailed"])
def test_gotcha_2_3_4_an_error_is_not_an_absent_vm(error: str) -> None:
    host = host_with()
    for category in ("InvalidArgument", "ObjectNotFound"):
        host.faults.append(Fault("Get-VM", error_id=error, category=category))
        assert "nothing was changed" in failure(host, notes="x")
    host.services["vmms"] = "Stopped"
    assert "nothing was changed" in failure(host, notes="x")
    assert len(host.machines) == 1


def test_gotcha_5_a_name_is_never_a_pattern() -> None:
    host = simulated_host()
    names = ["web*", "web01", "web[0-9]1"]
    converge("vm", SimulatedHost(host), {"vms": [{"name": name} for name in names]})
    for name in ("web*", "web[0-9]1"):
        options = {
            "name": name,
            "tags": {"a": "b"},
            "integration_services": {"vss": False},
            "com1": {"debugger_mode": True},
        }
        converge("vm", SimulatedHost(host), options)
    assert machine(host, "web01").settings.notes == "" and machine(host, "web01").settings.services[5].enabled
    converge("vm", SimulatedHost(host), {"name": "new*", "renamed_from": "web*"})
    assert sorted(each.name for each in host.machines.values()) == ["new*", "web01", "web[0-9]1"]


def test_gotcha_6_every_cmdlet_is_named_with_its_module() -> None:
    for row in ROWS:
        for call in (row.setting.call, *row.setting.calls.values()):
            assert call.startswith("Hyper-V\\") or call == "Set-IntegrationService"


def test_gotcha_7_enumerations_travel_as_words() -> None:
    options = {"name": "web01"}
    for option in ("automatic_critical_error.action", "enhanced_session_transport_type", "firmware.console_mode"):
        options |= nested(option, VALUES[option][0])
    made = plan(options, observation(vm()))
    values = [
        value for step in made.steps for value in step.step.parameters.values() if not isinstance(value, Expression)
    ]
    assert {"None", "HvSocket", "COM1"} <= set(values)


def test_gotcha_8_a_store_that_cannot_be_written_leaves_no_vm() -> None:
    host = simulated_host()
    place, host.machine_path = host.machine_path, "X:\\Hyper-V"
    assert "New-VM" in failure(host, processor={"count": 2})
    assert not host.machines
    host.machine_path = place
    assert converged(host, processor={"count": 2})["processor"] == {"count": 2}


@pytest.mark.parametrize("default", [False, True])
def test_gotcha_11_what_new_vms_get_by_default_does_not_matter(default: bool) -> None:
    host = simulated_host()
    host.dynamic_memory_is_default = default
    converged(host, memory={"startup": "1 GB"})
    assert machine(host, "web01").settings.memory.dynamic is False
    converge("vm", SimulatedHost(host), {"name": "web02", "memory": {"startup": "1 GB", "dynamic": True}})
    assert machine(host, "web02").settings.memory.dynamic is True


def test_gotcha_12_the_switch_to_dynamic_memory_goes_with_the_amounts() -> None:
    amounts = {"startup": "1 GB", "minimum": "512 MB", "maximum": "2 GB"}
    made = plan({"name": "web01", "memory": amounts, "notes": "x"}, observation(vm()))
    assert calls(made) == ["Set-VM"]
    both = {"DynamicMemory", "MemoryStartupBytes", "MemoryMinimumBytes", "MemoryMaximumBytes"}
    assert both <= set(sent(made, "Set-VM")) and "StaticMemory" not in sent(made, "Set-VM")
    back = plan({"name": "web01", "memory": {"dynamic": False}}, observation(vm(settings={"memory.dynamic": True})))
    assert sent(back, "Set-VMMemory") == {"DynamicMemoryEnabled": False}
    host = host_with(memory=amounts)
    assert converged(host, memory={"dynamic": False}, notes="y")["memory"] == {"dynamic": False}


def test_gotcha_13_static_memory_has_no_minimum_and_maximum() -> None:
    host = host_with(memory={"startup": "1 GB"})
    memory = machine(host, "web01").settings.memory
    assert (memory.minimum, memory.maximum) == (512 * 1024**2, 1024 * GB)
    assert (info(host)["memory"]["minimum"], info(host)["memory"]["maximum"]) == (None, None)
    wanted = {"memory": {"startup": "1 GB", "minimum": "512 MB", "maximum": "1 TB"}}
    outcome = converge("vm", SimulatedHost(host), {"name": "web01", **wanted})
    assert outcome.plan.before["web01"]["memory"]["minimum"] is None
    assert info(host)["memory"]["minimum"] == 512 * 1024**2


def test_gotcha_15_nested_virtualization_needs_static_memory() -> None:
    nesting, dynamic = {"expose_virtualization_extensions": True}, {"startup": "1 GB", "dynamic": True}
    assert "static memory" in str(bad_input({"name": "a", "processor": nesting, "memory": dynamic}))
    assert "static memory" in str(bad_input({"name": "a", "processor": nesting, "memory": {"buffer": 20}}))
    host = host_with(memory=dynamic)
    assert "memory.dynamic: false" in failure(host, processor=nesting)
    converged(host, processor=nesting, memory={"dynamic": False})
    assert "expose_virtualization_extensions: false" in failure(host, memory={"dynamic": True})
    converged(host, processor={"expose_virtualization_extensions": False}, memory={"dynamic": True})
    started(host)
    assert "needs it off" in failure(host, processor=nesting, memory={"dynamic": False})


@pytest.mark.parametrize("state", ["Running", "Paused", "Saved"])
def test_gotcha_16_what_needs_the_vm_off_is_refused_in_one_list(state: str) -> None:
    options = {
        "name": "web01",
        "processor": {"count": 2, "threads_per_core": 1},
        "memory": {"startup": "2 GB", "dynamic": True},
        "secure_boot": False,
        "security": {"tpm": True},
        "notes": "x",
    }
    settings = {"security.tpm": False, "security.key_protector": False, "processor.threads_per_core": 0}
    (text,) = refusals(plan(options, observation(vm(state=state, settings=settings)))).values()
    for change in ("processor.count", "processor.threads_per_core", "memory.startup", "secure_boot", "security.tpm"):
        assert f"{change}: " in text
    assert "notes" not in text and "restart: if_needed" in text


def test_gotcha_18_firmware_is_asked_of_generation_2_only() -> None:
    host = simulated_host()
    old = {"name": "old", "generation": 1, "num_lock": True}
    new = {"name": "new", "firmware": {"console_mode": "com1"}, "security": {"tpm": True}}
    converge("vm", SimulatedHost(host), {"vms": [old, new]})
    assert "firmware" not in info(host, "old") and info(host, "old")["num_lock"] is True
    assert "num_lock" not in info(host, "new") and info(host, "new")["security"]["tpm"] is True
    assert "generation 1 has no UEFI" in str(bad_input({**old, "firmware": {"console_mode": "none"}}))
    assert "generation 2 has no BIOS" in str(bad_input({"name": "x", "generation": 2, "num_lock": True}))


@pytest.mark.parametrize(
    "template",
    ["MicrosoftUEFICertificateAuthority", "microsoftueficertificateauthority", "272E7447-90A4-4563-A4B9-8E4AB00526CE"],
)
def test_gotcha_19_the_template_for_linux_by_name_or_id(template: str) -> None:
    host = host_with()
    assert converged(host, secure_boot=True, secure_boot_template=template)["secure_boot_template"] == (
        "MicrosoftUEFICertificateAuthority"
    )
    firmware = machine(host, "web01").settings.firmware
    assert firmware is not None and firmware.template == "MicrosoftUEFICertificateAuthority"
    assert "neither one of" in str(bad_input({"name": "a", "secure_boot_template": "Linux"}))


@pytest.mark.parametrize("wanted", [True, False])
def test_gotcha_20_secure_boot_is_not_inverted(wanted: bool) -> None:
    host = host_with(secure_boot=not wanted)
    assert converged(host, secure_boot=wanted)["secure_boot"] is wanted
    firmware = machine(host, "web01").settings.firmware
    assert firmware is not None and firmware.secure_boot is wanted


@pytest.mark.parametrize("row", [row for row in ROWS if row.reader in READ_TYPES], ids=lambda row: row.option)
def test_gotcha_21_every_property_that_is_read_exists(row: t.Any) -> None:
    kind: str | None = f"{HYPERV}.{READ_TYPES[row.reader]}"
    names: set[str] = set()
    while kind is not None:
        names |= set(OBJECT_TYPES[kind].properties)
        kind = OBJECT_TYPES[kind].base
    assert {field.path for field in row.fields} <= names


def test_gotcha_45_a_saved_state_goes_before_a_deletion() -> None:
    host = host_with()
    started(host)
    machine(host, "web01").save()
    converge("vm", SimulatedHost(host), {"name": "web01", "state": "absent"})
    assert not host.machines


@pytest.mark.parametrize("state", ["running", "paused", "saved"])
def test_gotcha_46_a_changed_vm_returns_to_the_state_that_it_had(state: str) -> None:
    host = host_with(state=state)
    host.estate.advance(60)
    options = {"processor": {"count": 2}, "security": {"tpm": True}, "restart": "if_needed"}
    if state == "paused":
        options["turn_off"] = True
    assert converged(host, **options)["state"] == state
    assert machine(host, "web01").settings.security.tpm


@pytest.mark.parametrize("state", ["PausedCritical", "Stopping", "RunningCritical"])
def test_gotcha_47_a_stuck_vm_is_not_changed(state: str) -> None:
    seen = observation(vm(state=state))
    (text,) = refusals(plan({"name": "web01", "notes": "x", "restart": "if_needed"}, seen)).values()
    assert state in text


def test_gotcha_48_a_guest_that_still_boots_is_asked_again() -> None:
    host = started(host_with(), seconds=1)
    assert not machine(host, "web01").heartbeat
    assert converged(host, processor={"count": 2}, restart="if_needed")["state"] == "running"


def test_gotcha_63_enumerations_are_read_as_names() -> None:
    for row in ROWS:
        if row.words is not None and row.kind not in ("guid",):
            assert row.kind == "enum", row.option


@pytest.mark.parametrize("option", [row.option for row in ROWS if row.words is ON_OFF])
def test_gotcha_64_on_is_zero_and_still_true(option: str) -> None:
    host = host_with()
    for value in (True, False):
        converged(host, **nested(option, value))
        facts: t.Any = info(host)
        for part in option.split("."):
            facts = facts[part]
        assert facts is value
    assert ROW_OF[option].understood("On") is True and ROW_OF[option].understood("Off") is False


@pytest.mark.parametrize("culture", ["en-US", "de-DE"])
def test_gotcha_65_66_nothing_is_found_by_a_translated_name(culture: str) -> None:
    host = simulated_host()
    host.culture = culture
    services = {"guest_service_interface": True, "time_synchronization": False, "heartbeat": False, "vss": False}
    ports = {"com1": {"path": "\\\\.\\pipe\\{name}"}, "com2": {"debugger_mode": True}}
    converged(host, integration_services=services, processor={"weight": 7}, memory={"startup": "2 GB"}, **ports)
    enabled = [service.enabled for service in machine(host, "web01").settings.services]
    assert enabled == [True, False, True, True, False, False]
    assert info(host)["integration_services"] == {
        **services,
        "key_value_pair_exchange": True,
        "shutdown": True,
    }
    assert machine(host, "web01").settings.com_ports[0].path == "\\\\.\\pipe\\web01"


def test_official_defect_1_notes_that_are_left_out_stay() -> None:
    host = host_with(notes="kept", tags={"owner": "web"})
    converged(host, processor={"count": 2})
    assert machine(host, "web01").settings.notes == "kept\n[AnsibleTag] owner: web"


def test_official_defect_2_a_check_run_of_a_vm_that_is_not_there() -> None:
    options: dict[str, t.Any] = {"name": "web01", "memory": {"startup": "1 GB"}}
    for option, (value, _) in VALUES.items():
        if ROW_OF[option].setting.generations == (1,) or option.startswith("memory."):
            continue
        group, _dot, name = option.rpartition(".")
        if option in ("secure_boot", "processor.resource_pool") or ROW_OF[option].setting.since_build > 20348:
            continue
        if group:
            options.setdefault(group, {})[name] = value
        else:
            options[name] = value
    host = simulated_host()
    outcome = run_area("vm", SimulatedHost(host), options, check=True)
    assert outcome.plan.changed and not host.machines
    converge("vm", SimulatedHost(host), options)


def test_official_defect_7_shielding_goes_through_the_policy_and_is_reported_as_it_is() -> None:
    made = plan({"name": "web01", "security": {"shielded": True}})
    assert sent(made, "Set-VMSecurityPolicy") == {"Shielded": True}
    assert sent(made, "Set-VMSecurity") == {"EncryptStateAndVmMigrationTraffic": True}
    assert calls(made)[-4:] == ["Set-VMKeyProtector", "Enable-VMTPM", "Set-VMSecurity", "Set-VMSecurityPolicy"]
    host = host_with(security={"shielded": True})
    assert machine(host, "web01").settings.security.shielded
    converged(host, security={"shielded": False})
    assert not machine(host, "web01").settings.security.shielded and machine(host, "web01").settings.security.tpm


def test_official_defect_8_disks_and_dvd_drives_are_told_apart_and_can_come_back() -> None:
    host = host_with(boot_order=["disk scsi:0:0"])
    add_disk(host, {"path": "D:\\other.vhdx", "size": GB})
    drive_store.add_dvd(machine(host, "web01"), 0, 5, None)
    firmware = machine(host, "web01").settings.firmware
    assert firmware is not None
    assert {source.description for source in firmware.boot_order if source.device} >= {"EFI SCSI Device"}
    assert converged(host, boot_order=["dvd scsi:0:5", "disk scsi:0:0"])["boot_order"] == [
        "dvd scsi:0:5",
        "disk scsi:0:0",
    ]
    firmware.boot_order = [source for source in firmware.boot_order if source.boot_type == "Network"]
    assert converged(host, boot_order=["disk scsi:0:0", "dvd scsi:0:5"])["boot_order"] == [
        "disk scsi:0:0",
        "dvd scsi:0:5",
    ]


@pytest.mark.parametrize(("written", "exact"), [("1.5GB", 1536), ("0.5 GB", 512), ("2.25 GB", 2304)])
def test_official_defect_10_a_fraction_is_not_rounded(written: str, exact: int) -> None:
    try:
        made = plan({"name": "web01", "memory": {"startup": written}})
    except Exception:
        assert "startup" in str(bad_input({"name": "web01", "memory": {"startup": written}}))
    else:
        assert sent(made, "New-VM")["MemoryStartupBytes"] == exact * 1024**2


def test_official_defect_14_what_is_given_and_unchanged_does_not_need_the_vm_off() -> None:
    host = started(host_with(processor={"count": 2}, memory={"startup": "1 GB"}, secure_boot=True))
    before = machine(host, "web01").epoch
    outcome = converge(
        "vm",
        SimulatedHost(host),
        {"name": "web01", "processor": {"count": 2, "weight": 300}, "memory": {"startup": "1 GB"}, "secure_boot": True},
    )
    assert calls(outcome.plan) == ["Set-VMProcessor"] and sent(outcome.plan, "Set-VMProcessor") == {
        "RelativeWeight": 300
    }
    assert machine(host, "web01").epoch == before


def test_official_defect_15_a_pattern_deletes_nothing() -> None:
    host = started(host_with())
    outcome = converge("vm", SimulatedHost(host), {"name": "web*", "state": "absent", "turn_off": True})
    assert not outcome.plan.changed and machine(host, "web01").state == "Running"


@pytest.mark.parametrize(("written", "mode"), [("On", True), ("off", False), ("true", True), ('"on"', True)])
def test_official_defect_16_debugger_mode_takes_what_yaml_makes_of_on(written: str, mode: bool) -> None:
    options = yaml.safe_load(f"name: web01\ncom1:\n  debugger_mode: {written}\n")
    host = host_with(com1={"debugger_mode": not mode})
    assert converged(host, com1=options["com1"])["com1"] == {"debugger_mode": mode}


def test_official_defect_17_the_result_has_the_same_shape_in_check_mode() -> None:
    host = host_with()
    options = {"name": "web01", "security": {"tpm": True}, "tags": {"a": 1}, "com1": {"path": ""}, "version": "latest"}
    forecast = run_area("vm", SimulatedHost(host), options, check=True).result["vm"]
    assert forecast == run_area("vm", SimulatedHost(host), options).result["vm"]
    assert set(forecast) == {"name", "id", "state", "security", "tags", "com1", "version"}


def test_gotcha_27_a_restart_waits_for_the_automatic_checkpoint_to_be_merged() -> None:
    host = started(host_with(automatic_checkpoints=True))
    assert machine(host, "web01").checkpoints
    assert converged(host, processor={"count": 2}, restart="if_needed")["state"] == "running"
