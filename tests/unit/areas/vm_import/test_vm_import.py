# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Imports on the simulation: what does not fit is said, repaired where declared, and nothing of others is taken."""

from __future__ import annotations

import typing as t
import uuid

import pytest
from area_harness import SimulatedHost, converge, run_area
from areas.hosts import GB, add_disk, add_machine, add_switch, host_with_adapters
from areas.interruption import converge_despite_cuts, refused_without_change

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vm_import.declaration import declare_imports
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.conduct import Outcome, RunFailed
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput
from hyperv_lab.simulation import checkpoints, drive_store, machine_store, transfer
from hyperv_lab.simulation.faults import Fault
from hyperv_lab.simulation.files import Volume

ROOT = "D:\\Exports\\web01"
REGISTER: dict[str, t.Any] = {"path": ROOT, "mode": "register"}
RESTORE: dict[str, t.Any] = {
    "path": ROOT,
    "mode": "restore",
    "virtual_machine_path": "D:\\VMs\\back",
    "vhd_destination_path": "D:\\VMs\\back\\Disks",
}
COPY: dict[str, t.Any] = {
    "path": ROOT,
    "mode": "copy",
    "name": "web02",
    "virtual_machine_path": "D:\\VMs\\web02",
    "vhd_destination_path": "D:\\VMs\\web02\\Disks",
}


def exported_host(*, original: bool = False, switch: bool = True, **changes: t.Any) -> t.Any:
    """A host with an export of web01, which is there no longer unless it is asked for."""
    host = host_with_adapters(())
    add_switch(host, {"name": "lan", "type": "private"})
    add_disk(host, {"path": "D:\\Templates\\server.vhdx", "size": 40 * GB, "used": 8 * GB})
    whole = {"size": 40 * GB} if changes.get("whole") else {"parent": "D:\\Templates\\server.vhdx"}
    add_disk(host, {"path": "D:\\Original\\os.vhdx", **whole})
    machine = add_machine(host, "web01", disks=["D:\\Original\\os.vhdx"], switch="lan")
    machine.settings.notes = "owner: ops"
    if changes.get("checkpoint"):
        checkpoints.take(machine, "a")
    if changes.get("mac"):
        machine.settings.adapters[0].mac = changes["mac"]
        machine.settings.adapters[0].dynamic_mac = False
    if changes.get("image"):
        host.files.make_file("D:\\image.iso", 1)
        drive_store.add_dvd(machine, None, None, "D:\\image.iso")
    if changes.get("memory"):
        machine.settings.memory.startup = changes["memory"]
    if changes.get("processors"):
        machine.settings.processor.count = changes["processors"]
    transfer.export(machine, "D:\\Exports", None, lambda activity, size: None)
    if not original:
        remove(machine)
    if changes.get("image"):
        host.files.remove("D:\\image.iso")
    if not switch:
        host.switches.clear()
        add_switch(host, {"name": "other", "type": "private"})
    return host


def remove(machine: t.Any) -> None:
    """Remove a VM; its disks stay."""
    for checkpoint in list(machine.checkpoints):
        checkpoints.remove(checkpoint)
    machine.host.estate.advance(600)
    machine_store.remove_machine(machine)


@pytest.fixture
def host() -> t.Any:
    """A host with an export of a VM that it has not."""
    return exported_host()


def machine(host: t.Any, name: str = "web01") -> t.Any:
    (found,) = host.machines_named(name)
    return found


def exported_id(host: t.Any) -> str:
    (name,) = [item.name for item in host.files.children(f"{ROOT}\\Virtual Machines") if item.name.endswith(".vmcx")]
    return str(name[:-5]).lower()


def imported(host: t.Any, options: dict[str, t.Any]) -> Outcome:
    return converge("vm_import", SimulatedHost(host), options)


def refusal(host: t.Any, options: dict[str, t.Any]) -> str:
    """The message of a declaration that is refused without a change."""
    return str(refused(host, options))


def refused(host: t.Any, options: dict[str, t.Any]) -> RunFailed:
    assert refused_without_change("vm_import", host, options)
    with pytest.raises(RunFailed) as failure:
        run_area("vm_import", SimulatedHost(host), options)
    assert not host.planned
    return failure.value


def calls(outcome: Outcome) -> list[str]:
    return [planned.step.call.rpartition("\\")[2] for planned in outcome.plan.steps]


def test_register_leaves_the_files(host: t.Any) -> None:
    files = [entry.path for entry in host.files.walk("D:\\")]
    outcome = imported(host, REGISTER)
    assert outcome.result["vm"] == {"state": "imported", "id": exported_id(host), "name": "web01", "path": ROOT}
    assert sorted(entry.path for entry in host.files.walk("D:\\")) == sorted(files)
    assert machine(host).settings.disks[0].path == f"{ROOT}\\Virtual Hard Disks\\os.vhdx"
    assert machine(host).settings.notes.startswith("owner: ops\r\n[datacenter.hyperv import] ")
    assert not any(planned.long for planned in outcome.plan.steps)


def test_restore_keeps_the_id(host: t.Any) -> None:
    outcome = imported(host, RESTORE)
    assert outcome.result["vm"]["id"] == exported_id(host)
    assert machine(host).settings.disks[0].path == "D:\\VMs\\back\\Disks\\os.vhdx"
    assert host.files.exists("D:\\VMs\\back\\Disks\\server.vhdx")
    assert [item.name for item in host.files.children("D:\\VMs\\back\\Disks")] == ["os.vhdx", "server.vhdx"]
    assert [planned.long for planned in outcome.plan.steps if planned.step.call.endswith("Import-VM")] == [True]
    machine(host).start()


def test_copies_live_beside_the_original() -> None:
    host = exported_host(original=True, checkpoint=True)
    outcome = imported(host, COPY)
    assert outcome.result["vm"]["id"] not in (exported_id(host), "(known after apply)")
    second = {
        **COPY,
        "name": "web03",
        "virtual_machine_path": "D:\\VMs\\web03",
        "vhd_destination_path": "D:\\VMs\\web03",
    }
    assert imported(host, second).plan.changed
    assert {each.name for each in host.machines.values()} == {"web01", "web02", "web03"}
    assert len(machine(host, "web03").checkpoints) == 1
    machine(host, "web03").start()


def test_gotcha_41_a_copy_keeps_its_static_address() -> None:
    mac = "00155D010203"
    host = exported_host(original=True, mac=mac)
    outcome = imported(host, COPY)
    (warning,) = outcome.plan.warnings
    assert f"VM web02 keeps the static address {mac}" in warning and "of VM web01" in warning
    assert "Network Adapter" in warning and "adapters[].mac" in warning
    assert machine(host, "web02").settings.adapters[0].mac == mac  # IMP-11


def test_two_copies_of_one_task_have_one_static_address() -> None:
    host = exported_host(mac="00155D010203")
    other = {**COPY, "name": "web03", "virtual_machine_path": "D:\\VMs\\3", "vhd_destination_path": "D:\\VMs\\3\\Disks"}
    outcome = imported(host, {"vms": [COPY, other]})
    (warning,) = outcome.plan.warnings
    assert "VM web03" in warning and "of VM web02" in warning


def test_dynamic_addresses_are_no_clash() -> None:
    assert not imported(exported_host(original=True), COPY).plan.warnings
    assert not imported(exported_host(mac="00155D010203"), RESTORE).plan.warnings


def test_a_refusal_does_not_take_a_path_for_a_name(host: t.Any) -> None:
    host.files.make_directory("D:\\Empty")
    assert "a VM is to be imported from D:\\Empty" in refusal(host, {**REGISTER, "path": "D:\\Empty"})


def test_many_imports_take_as_many_reading_steps_as_one() -> None:
    host = exported_host(original=True)
    entries = [
        {**COPY, "name": name, "virtual_machine_path": f"D:\\VMs\\{name}", "vhd_destination_path": f"D:\\VMs\\{name}"}
        for name in ("a", "b", "c")
    ]
    one, many = SimulatedHost(host), SimulatedHost(host)
    run_area("vm_import", one, COPY, check=True)
    run_area("vm_import", many, {"vms": entries}, check=True)
    assert [step.id for step in one.batches[0].steps] == [step.id for step in many.batches[0].steps]
    assert sorted(imported(host, {"vms": entries}).result["vms"]) == ["a", "b", "c"]
    assert "another import of this task" in refusal(host, {"vms": [{**COPY, "name": "x"}, {**COPY, "name": "y"}]})


@pytest.mark.parametrize(
    "options", [REGISTER, {**REGISTER, "name": "new name"}, RESTORE, COPY], ids=lambda o: o["mode"]
)
def test_cuts_at_every_step(options: dict[str, t.Any]) -> None:
    converge_despite_cuts("vm_import", exported_host(original=options is COPY), options)


@pytest.mark.parametrize("options", [REGISTER, RESTORE, COPY], ids=lambda o: o["mode"])
@pytest.mark.parametrize("call", ["Import-VM", "Compare-VM", "Set-VM", "Rename-VM"])
@pytest.mark.parametrize("after", [False, True])
def test_a_call_that_fails_once(options: dict[str, t.Any], call: str, after: bool) -> None:
    host = exported_host()
    # the first comparison is that of the reading exchange
    host.faults.append(Fault(call, call=2 if call == "Compare-VM" else 1, after=after))
    try:
        run_area("vm_import", SimulatedHost(host), options)
    except RunFailed:
        pass
    if call == "Compare-VM" and after:
        # the host has planned a VM and not said so: nothing tells it from one of others
        assert refused_without_change("vm_import", host, options)
        options = {**options, "remove_planned": True}
    imported(host, options)
    assert not host.planned and len(host.machines) == 1


def test_a_copy_that_ran_out_of_space_is_made_again(host: t.Any) -> None:
    host.files.add_volume(Volume("E", 20 * GB))
    options = {**RESTORE, "vhd_destination_path": "E:\\Disks"}
    # something fills the volume between the check and the copy
    original = transfer._copy_disk
    written: list[str] = []

    def full(host_: t.Any, entry: t.Any, target: str) -> None:
        if written:
            host_.files.make_file("E:\\big", 19 * GB, replace=True)
        written.append(target)
        original(host_, entry, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transfer, "_copy_disk", full)
        with pytest.raises(RunFailed) as failure:
            run_area("vm_import", SimulatedHost(host), options)
    assert failure.value.error is not None and host.planned and len(host.files.children("E:\\Disks")) == 2
    host.files.remove("E:\\big")
    imported(host, options)
    assert len(host.machines) == 1 and not host.planned


def test_official_defect_vm_transfer_a_name_is_no_import() -> None:
    """The official module takes any VM of that name for the imported one."""
    host = exported_host()
    add_machine(host, "web02")
    assert "another VM of that name" in refusal(host, COPY)
    outcome = imported(host, {**COPY, "allow_same_name": True})
    assert outcome.plan.changed and len(host.machines_named("web02")) == 2
    add_machine(host, "web01")
    assert "another VM of that name" in refusal(host, RESTORE)
    assert imported(host, {**RESTORE, "name": "web09"}).result["vm"]["name"] == "web09"


def test_gotcha_41_an_id_that_is_there_is_refused() -> None:
    host = exported_host(original=True)
    for options in (REGISTER, RESTORE):
        assert "with that id is there already" in refusal(host, options)
    assert "mode: copy" in refusal(host, REGISTER)
    assert imported(host, COPY).plan.changed


def test_a_vm_stays_imported_without_its_mark(host: t.Any) -> None:
    imported(host, RESTORE)
    machine(host).settings.notes = "all new"
    assert not imported(host, RESTORE).plan.changed
    machine(host).path = "D:\\elsewhere"
    assert "with that id is there already" in refusal(host, RESTORE)


def test_a_vm_stays_imported_at_another_place(host: t.Any) -> None:
    imported(host, COPY)
    machine(host, "web02").path = "D:\\elsewhere"
    assert not imported(host, COPY).plan.changed


def test_a_vm_stays_imported_without_its_export(host: t.Any) -> None:
    imported(host, {**RESTORE, "name": "web01"})
    imported(host, COPY)
    host.files.remove(ROOT, recurse=True)
    assert not imported(host, {**RESTORE, "name": "web01"}).plan.changed
    assert not imported(host, COPY).plan.changed
    assert "no configuration file" in refusal(host, {**COPY, "name": "web03"})


def test_a_vm_that_was_imported_and_renamed_is_no_longer_a_copy_of_that_name(host: t.Any) -> None:
    imported(host, COPY)
    machine(host, "web02").settings.name = "other"
    host.names_changed()
    assert "there already" in refusal(host, COPY)  # its disks are where the new copy's would be


def test_incompatibilities_are_data_in_check_mode_and_in_the_refusal() -> None:
    host = exported_host(switch=False, image=True, memory=1024 * GB, processors=64)
    host.files.remove(f"{ROOT}\\Virtual Hard Disks\\os.vhdx")
    failure = refused(host, COPY)
    assert failure.plan is not None
    found = failure.plan.before["imports"]["web02"]["incompatibilities"]
    assert sorted(each["message_id"] for each in found) == [4100, 4101, 33012, 40010, 40010]
    (switch,) = [each for each in found if each["message_id"] == 33012]
    assert "lan" in switch["message"] and switch["source"] == "VMNetworkAdapter Network Adapter"
    paths = {one.path for one in failure.refusals}
    assert paths == {"switches", "missing_disks", "eject_missing_images", "memory_startup", "processor_count"}
    assert all(one.remedy for one in failure.refusals)


def test_what_is_declared_is_repaired() -> None:
    host = exported_host(switch=False, image=True, memory=1024 * GB, processors=64)
    host.files.remove(f"{ROOT}\\Virtual Hard Disks\\os.vhdx")
    repairs = {
        "switches": {"LAN": "other"},
        "missing_disks": {"os.vhdx": ""},
        "eject_missing_images": True,
        "memory_startup": "2 GB",
        "processor_count": 2,
    }
    check = run_area("vm_import", SimulatedHost(host), {**COPY, **repairs}, check=True)
    assert len(check.plan.before["imports"]["web02"]["incompatibilities"]) == 5
    outcome = imported(host, {**COPY, **repairs})
    assert {"Connect-VMNetworkAdapter", "Remove-VMHardDiskDrive", "Set-VMDvdDrive", "Compare-VM"} < set(calls(outcome))
    made = machine(host, "web02")
    assert made.settings.adapters[0].switch.name == "other" and made.settings.disks == []
    assert (made.settings.memory.startup, made.settings.processor.count) == (2 * GB, 2)
    assert made.settings.dvds[0].path is None
    assert "incompatibilities" not in outcome.after["imports"]["web02"]


@pytest.mark.parametrize(
    ("repairs", "switch"),
    [
        ({"switches": {"lan": ""}}, None),
        ({"adapters": {"network adapter": "other"}}, "other"),
        ({"adapters": {"Network Adapter": ""}, "switches": {"lan": "other"}}, None),
    ],
)
def test_adapters_are_repaired_by_name_or_by_switch(repairs: dict[str, t.Any], switch: str | None) -> None:
    host = exported_host(switch=False)
    converge_despite_cuts("vm_import", host, {**RESTORE, **repairs})
    imported(host, {**RESTORE, **repairs})
    found = machine(host).settings.adapters[0].switch
    assert (found.name if found is not None else None) == switch


def test_a_switch_that_is_missing_too() -> None:
    host = exported_host(switch=False)
    text = refusal(host, {**REGISTER, "switches": {"lan": "wan"}})
    assert text.startswith("switches.lan") and "other" in text


def test_a_missing_disk_can_be_another_file(host: t.Any) -> None:
    host.files.remove(f"{ROOT}\\Virtual Hard Disks\\os.vhdx")
    host.files.remove("D:\\Original\\os.vhdx")
    assert "os.vhdx" in refusal(host, RESTORE)
    add_disk(host, {"path": "D:\\spare.vhdx", "size": GB})
    imported(host, {**RESTORE, "missing_disks": {"D:\\VMs\\back\\Disks\\os.vhdx": "D:\\spare.vhdx"}})
    assert machine(host).settings.disks[0].path == "D:\\spare.vhdx"


def test_what_cannot_be_repaired_by_options_is_refused_by_its_message(host: t.Any) -> None:
    original = transfer._incompatibilities

    def more(report: t.Any) -> t.Iterator[t.Any]:
        yield from original(report)
        yield transfer.Incompatibility(report, 12345, "Something else.", report.planned)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transfer, "_incompatibilities", more)
        text = refusal(host, RESTORE)
    assert "Something else (message 12345)" in text


def test_gotcha_42_planned_vms_of_others_are_left_alone(host: t.Any) -> None:
    file = f"{ROOT}\\Virtual Machines\\{exported_id(host)}.vmcx"
    planned = transfer.compare(host, file, copies=False).planned
    for options in (REGISTER, RESTORE, {**COPY, "name": "web01"}):
        assert refused_without_change("vm_import", host, options)
        with pytest.raises(RunFailed) as failure:
            run_area("vm_import", SimulatedHost(host), options)
        assert "planned VM web01" in str(failure.value) and host.planned == {planned.id: planned}
    outcome = imported(host, {**RESTORE, "remove_planned": True})
    assert "Remove-PlannedVM" in calls(outcome) and not host.planned


def test_gotcha_42_planned_vms_of_ours_are_removed(host: t.Any) -> None:
    host.faults.append(Fault("Import-VM"))
    with pytest.raises(RunFailed):
        run_area("vm_import", SimulatedHost(host), COPY)
    assert len(host.planned) == 1
    outcome = imported(host, COPY)
    assert "Remove-PlannedVM" in calls(outcome) and not host.planned


def test_a_check_run_leaves_no_planned_vm(host: t.Any) -> None:
    before = host.fingerprint()
    check = run_area("vm_import", SimulatedHost(host), COPY, check=True)
    assert check.plan.changed and host.fingerprint() == before and not host.reports


def test_files_in_the_way_stay(host: t.Any) -> None:
    host.files.make_directory("D:\\VMs\\back\\Disks")
    host.files.write("D:\\VMs\\back\\Disks\\server.vhdx", b"mine")
    assert "server.vhdx, to which a disk is to be copied, is there already" in refusal(host, RESTORE)
    add_disk(host, {"path": "D:\\VMs\\web02\\Disks\\os.vhdx", "size": GB})
    add_machine(host, "db01", disks=["D:\\VMs\\web02\\Disks\\os.vhdx"])
    assert "is a disk of VM db01" in refusal(host, COPY)


def test_disks_of_an_unregistered_import_are_not_taken_for_leftovers(host: t.Any) -> None:
    """The mark alone does not make files ours to delete: they may have lived since."""
    host.faults.append(Fault("Remove-Item"))
    with pytest.raises(RunFailed):
        run_area("vm_import", SimulatedHost(host), RESTORE)
    assert len(host.machines) == 1  # imported, and its mark could not be removed
    remove(machine(host))
    assert "is there already" in refusal(host, RESTORE)


def test_an_export_is_found_by_what_is_there() -> None:
    host = exported_host(original=True)
    other = add_machine(host, "db01")
    transfer.export(other, "D:\\Exports", None, lambda activity, size: None)
    text = refusal(host, {**COPY, "path": "D:\\Exports"})
    assert "several VMs were exported there" in text and "id" in text
    assert "no VM of that id" in refusal(host, {**COPY, "path": "D:\\Exports", "id": str(uuid.uuid4())})
    assert imported(host, {**COPY, "path": "D:\\Exports", "id": exported_id(host).upper()}).plan.changed
    file = f"{ROOT}\\Virtual Machines\\{exported_id(host)}.vmcx"
    assert not imported(host, {**COPY, "path": file}).plan.changed
    host.files.write(f"{ROOT}\\Virtual Machines\\notes.vmcx", b"x")
    assert not imported(host, COPY).plan.changed
    assert "no configuration file" in refusal(host, {**COPY, "path": "D:\\Templates", "name": "x"})


def test_a_configuration_that_cannot_be_read(host: t.Any) -> None:
    identifier = exported_id(host)
    host.files.make_directory("D:\\Broken")
    host.files.write(f"D:\\Broken\\{identifier}.xml", b"<a/>")
    assert "is no configuration" in refusal(host, {**COPY, "path": "D:\\Broken"})


def test_the_space_is_checked_first(host: t.Any) -> None:
    host.files.add_volume(Volume("E", 4 * GB))
    assert "volume E: has 4 GB left" in refusal(host, {**RESTORE, "vhd_destination_path": "E:\\Disks"})
    assert "no volume Q:" in refusal(host, {**RESTORE, "vhd_destination_path": "Q:\\Disks"})


def test_disks_from_another_folder() -> None:
    host = exported_host(whole=True)
    host.files.move(f"{ROOT}\\Virtual Hard Disks", "D:\\Disks")
    options = {
        **RESTORE,
        "vhd_source_path": "D:\\Disks",
        "snapshot_file_path": "D:\\S",
        "smart_paging_file_path": "D:\\P",
    }
    imported(host, options)
    assert (machine(host).snapshot_path, machine(host).smart_paging_path) == ("D:\\S", "D:\\P")


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({**REGISTER, "path": "Exports\\web01"}, "path"),
        ({**REGISTER, "vhd_destination_path": "D:\\x"}, "vhd_destination_path"),
        ({**RESTORE, "virtual_machine_path": "x"}, "virtual_machine_path"),
        ({**RESTORE, "id": "web01"}, "id"),
        ({**RESTORE, "memory_startup": 0}, "memory_startup"),
        ({**RESTORE, "missing_disks": {"a.vhdx": "b.vhdx"}}, "missing_disks.a.vhdx"),
        ({**RESTORE, "switches": {"a": ["b"]}}, "switches.a"),
        ({"vms": []}, "vms"),
        ({"vms": [REGISTER, {**RESTORE}]}, "vms[1].path"),
        ({"vms": [COPY, {**COPY, "name": "WEB02"}]}, "vms[1].name"),
    ],
)
def test_bad_input(options: dict[str, t.Any], path: str) -> None:
    with pytest.raises(BadInput) as wrong:
        declare_imports(options)
    assert wrong.value.path == path


@pytest.mark.parametrize(
    "options",
    [{"path": ROOT}, {**COPY, "name": None}, {"vms": [{"path": ROOT, "mode": "copy"}]}, {**REGISTER, "vms": []}],
)
def test_options_that_do_not_fit_the_documentation(options: dict[str, t.Any]) -> None:
    with pytest.raises(BadOptions):
        validated_options("vm_import", options)


@pytest.mark.parametrize("parallel", [1, 3])
def test_the_failure_of_one_leaves_the_others_alone(host: t.Any, parallel: int) -> None:
    entries = [{**COPY, "name": name, "vhd_destination_path": f"D:\\VMs\\{name}"} for name in ("a", "b", "c")]
    options = {"vms": entries, "parallel": parallel}
    host.faults.append(Fault("Import-VM", call=2))
    with pytest.raises(RunFailed) as failure:
        run_area("vm_import", SimulatedHost(host), options)
    became = failure.value.result["vms"]
    assert sorted(vm["state"] for vm in became.values()) == ["absent", "imported", "imported"]
    assert [vm["msg"] for vm in became.values() if vm.get("failed")]
    imported(host, options)
    assert len(host.machines) == 3 and not host.planned


def test_two_of_one_folder_have_keys_of_their_own() -> None:
    host = exported_host()
    other = add_machine(host, "db01")
    transfer.export(other, "D:\\Exports", None, lambda activity, size: None)
    identifier = str(other.id)
    remove(other)
    entries = [{"path": "D:\\Exports", "mode": "register", "id": each} for each in (identifier, exported_id(host))]
    outcome = imported(host, {"vms": entries})
    assert sorted(vm["name"] for vm in outcome.result["vms"].values()) == ["db01", "web01"]


def test_files_of_another_import_under_way_are_left_alone(host: t.Any) -> None:
    host.faults.append(Fault("Import-VM"))
    with pytest.raises(RunFailed):
        run_area("vm_import", SimulatedHost(host), COPY)
    # it has begun to write
    host.files.write("D:\\VMs\\web02\\Disks\\os.vhdx", b"half")
    assert refused_without_change("vm_import", host, {**COPY, "name": "web03"})
    assert len(host.planned) == 1
    imported(host, COPY)
