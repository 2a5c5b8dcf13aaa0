# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plans of the area `vhd` on observations made by hand."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vhd import AREA
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.vhd.observation import DisksObservation, Drive
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.virtual_disk import Chain, Link, Volume, path_key
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import BadOptions, validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput, Plan, Unreadable
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import StepReply

GB = 1024**3
A, B, T = "D:\\a.vhdx", "D:\\b.vhdx", "D:\\t\\template.vhdx"


def link(path: str, type_: str = "dynamic", size: int = 40 * GB, parent: str | None = None, **more: t.Any) -> Link:
    values: dict[str, t.Any] = {
        "format": path.rpartition(".")[2],
        "file_size": 8 * GB,
        "block_size": 32 * 1024**2,
        "logical_sector_size": 512,
        "physical_sector_size": 4096,
    }
    return Link(path, type_, size, parent, **{**values, **more})


def there(*links: Link) -> Chain:
    return Chain(links[0].path, True, None, True, links)


def plan(
    options: dict[str, t.Any],
    *chains: Chain,
    drives: tuple[Drive, ...] = (),
    drive_chains: tuple[Chain, ...] = (),
    free: int = 100 * GB,
) -> Plan:
    observation = DisksObservation(
        chains={path_key(chain.path): chain for chain in chains},
        volumes={"D": Volume("D", 500 * GB, free)},
        drives=drives,
        drive_chains={path_key(chain.path): chain for chain in drive_chains},
    )
    return AREA.plan(AREA.declare(options), observation)


def calls(made: Plan) -> list[tuple[str, dict[str, t.Any]]]:
    assert not made.refusals, made.refusals
    return [(planned.step.call.rpartition("\\")[2], dict(planned.step.parameters)) for planned in made.steps]


def refused(options: dict[str, t.Any], *chains: Chain, **more: t.Any) -> dict[str, str]:
    made = plan(options, *chains, **more)
    return {refusal.path: str(refusal) for refusal in made.refusals}


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"size": 40 * GB}, {"SizeBytes": 40 * GB, "Dynamic": True}),
        ({"size": 4 * GB, "type": "fixed", "logical_sector_size": 4096, "physical_sector_size": 4096},
         {"SizeBytes": 4 * GB, "Fixed": True, "LogicalSectorSizeBytes": 4096, "PhysicalSectorSizeBytes": 4096}),
        ({"size": GB, "block_size": 1024**2}, {"SizeBytes": GB, "Dynamic": True, "BlockSizeBytes": 1024**2}),
        ({"parent": T}, {"ParentPath": T, "Differencing": True}),
        ({"parent": T, "size": 80 * GB}, {"ParentPath": T, "Differencing": True, "SizeBytes": 80 * GB}),
    ],
)  # fmt: skip
def test_makes_with_one_call(options: dict[str, t.Any], sent: dict[str, t.Any]) -> None:
    made = plan({"path": A, **options}, there(link(T)))
    assert calls(made) == [("New-VHD", {"Path": A, **sent})]
    assert made.before == {"disks": {}}


def test_missing_directory_is_made_once() -> None:
    paths = ["D:\\new\\a.vhdx", "D:\\NEW\\b.vhdx"]
    chains = [Chain(path, False, None, False) for path in paths]
    made = plan({"disks": [{"path": path, "size": GB} for path in paths]}, *chains)
    assert [call for call, _ in calls(made)] == ["New-Item", "New-VHD", "New-VHD"]
    assert made.steps[0].step.parameters["Path"] == "D:\\new"


def test_copy_grows_under_another_name_until_it_is_whole() -> None:
    made = plan({"path": A, "copy_of": T, "size": 60 * GB}, there(link(T)))
    assert [call for call, _ in calls(made)] == ["Copy-Item", "Set-VHD", "Resize-VHD", "Rename-Item"]
    assert all(A not in planned.step.parameters.values() for planned in made.steps)
    assert made.after["disks"][A]["size"] == 60 * GB


def test_interrupted_copy_is_made_anew() -> None:
    half = Chain("D:\\a.partial.vhdx", True, "damaged", True)
    made = plan({"path": A, "copy_of": T}, there(link(T)), half)
    assert calls(made)[0][0] == "Copy-Item"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"size": 40 * GB},
        {"size": 40 * GB, "type": "dynamic", "block_size": 32 * 1024**2, "logical_sector_size": 512,
         "physical_sector_size": 4096},
        {"copy_of": T},
        {"copy_of": T, "size": 40 * GB},
    ],
)  # fmt: skip
def test_equal_is_left_alone(options: dict[str, t.Any]) -> None:
    made = plan({"path": A.upper(), **options}, there(link(A)))
    assert made.steps == () and not made.refusals
    assert made.before == made.after and made.before["disks"][A.upper()]["size"] == 40 * GB


def test_grows() -> None:
    made = plan({"path": A, "size": 41 * GB}, there(link(A)))
    assert calls(made) == [("Resize-VHD", {"Path": A, "SizeBytes": 41 * GB})]
    assert made.steps[0].reasons == ("size: 40 GB -> 41 GB",)
    assert made.after["disks"][A]["size"] == 41 * GB


@pytest.mark.parametrize(
    ("state", "controller", "works"),
    [("Off", "IDE", True), ("Running", "SCSI", True), ("Running", "IDE", False), ("Saved", "SCSI", False)],
)
def test_attached_disk_grows_where_hyper_v_can(state: str, controller: str, works: bool) -> None:
    drives = (Drive("web01", state, A, controller),)
    now = there(link(A, attached=state != "Off"))
    made = plan({"path": A, "size": 41 * GB}, now, drives=drives, drive_chains=(now,))
    assert (not made.refusals) is works


def test_physical_sector_size_changes_while_unused() -> None:
    options = {"path": A, "physical_sector_size": 512}
    assert calls(plan(options, there(link(A)))) == [("Set-VHD", {"Path": A, "PhysicalSectorSizeBytes": 512})]
    busy = refused(options, there(link(A)), drives=(Drive("web01", "Running", A, "SCSI"),))
    assert "web01" in busy["physical_sector_size"]


@pytest.mark.parametrize(
    ("now", "size", "word"),
    [
        (link(A, minimum_size=10 * GB), 20 * GB, None),
        (link(A, minimum_size=30 * GB), 20 * GB, "ends at 30 GB"),
        (link(A, minimum_size=None), 20 * GB, "last partition"),
        (link("D:\\a.vhd", minimum_size=GB), 20 * GB, "only a VHDX"),
        (link(A, minimum_size=GB, attached=True), 20 * GB, "in use"),
    ],
)
def test_shrinks_only_when_allowed_and_possible(now: Link, size: int, word: str | None) -> None:
    options = {"path": now.path, "size": size}
    assert "size" in refused(options, there(now))
    options["allow_shrink"] = True
    if word is None:
        assert calls(plan(options, there(now))) == [("Resize-VHD", {"Path": A, "SizeBytes": size})]
    else:
        assert word in refused(options, there(now))["size"]


@pytest.mark.parametrize(
    ("options", "now", "path", "word"),
    [
        ({}, (), "path", "Give size, parent or copy_of"),
        ({"type": "fixed"}, (there(link(A)),), "type", "Convert-VHD"),
        ({"parent": T}, (there(link(A)), there(link(T))), "parent", "another path"),
        ({"parent": T}, (there(link(A, "differencing", parent=B)), there(link(T))), "parent", "Set-VHD -ParentPath"),
        ({"block_size": 1024**2}, (there(link(A)),), "block_size", "Convert-VHD"),
        ({"logical_sector_size": 4096}, (there(link(A)),), "logical_sector_size", "Convert-VHD"),
        ({"parent": T}, (), "parent", "no such file"),
        ({"copy_of": T}, (), "copy_of", "no such file"),
        ({"copy_of": T, "size": GB}, (there(link(T)),), "size", "as large as its template"),
        ({"size": 101 * GB, "type": "fixed"}, (), "path", "has 100 GB left"),
    ],
)  # fmt: skip
def test_refusals_name_the_remedy(options: dict[str, t.Any], now: tuple[Chain, ...], path: str, word: str) -> None:
    assert word in refused({"path": A, **options}, *now)[path]


def test_volume_is_shared_by_the_disks_of_a_task() -> None:
    disks = [{"path": f"D:\\{n}.vhdx", "size": 40 * GB, "type": "fixed"} for n in range(3)]
    assert list(refused({"disks": disks})) == ["disks[2].path"]


def test_volume_that_is_not_there() -> None:
    assert "no volume X:" in refused({"path": "X:\\a.vhdx", "size": GB})["path"]


def test_dynamic_disks_that_may_outgrow_the_volume_are_warned_of() -> None:
    assert "can grow by" in plan({"path": A, "size": 200 * GB}).warnings[0]


def test_parent_attached_to_a_vm_is_no_parent() -> None:
    texts = refused({"path": A, "parent": T}, there(link(T)), drives=(Drive("golden", "Off", T, "SCSI"),))
    assert "golden" in texts["parent"]


@pytest.mark.parametrize(("state", "refusals"), [("Off", []), ("Running", ["copy_of"]), ("Saved", ["copy_of"])])
def test_template_that_is_written_to_is_not_copied(state: str, refusals: list[str]) -> None:
    made = refused({"path": A, "copy_of": T}, there(link(T)), drives=(Drive("golden", state, T, "SCSI"),))
    assert list(made) == refusals


CHILD = there(link(B, "differencing", parent=A), link(A))


def test_parent_is_never_written() -> None:
    drives = (Drive("web01", "Off", B, "SCSI"),)
    texts = refused({"path": A, "size": 50 * GB}, there(link(A)), drives=drives, drive_chains=(CHILD,))
    assert "b.vhdx of VM web01" in texts["path"]
    declared = refused({"disks": [{"path": A, "size": 50 * GB}, {"path": B, "parent": A}]}, there(link(A)), CHILD)
    assert "D:\\b.vhdx" in declared["disks[0].path"]


def test_file_under_a_checkpoint_is_not_written() -> None:
    top = "D:\\a_1.avhdx"
    chain = there(dataclasses.replace(link(top, "differencing", parent=A), format="vhdx"), link(A))
    texts = refused(
        {"path": A, "size": 50 * GB},
        there(link(A)),
        drives=(Drive("web01", "Off", top, "SCSI"),),
        drive_chains=(chain,),
    )
    assert "web01" in texts["path"]


def test_nothing_is_written_while_a_chain_is_unknown() -> None:
    locked = Chain(B, True, "0x80070020", True)
    texts = refused(
        {"path": A, "state": "absent"}, there(link(A)), drives=(Drive("v", "Off", B, "IDE"),), drive_chains=(locked,)
    )
    assert "0x80070020" in texts["state"]


def test_deletes() -> None:
    made = plan({"path": A, "state": "absent"}, there(link(A)), Chain("D:\\a.partial.vhdx", True, None, True, ()))
    assert calls(made) == [
        ("Remove-Item", {"LiteralPath": A, "Force": True}),
        ("Remove-Item", {"LiteralPath": "D:\\a.partial.vhdx", "Force": True}),
    ]
    assert made.after == {"disks": {}}
    assert plan({"path": A, "state": "absent"}).steps == ()


@pytest.mark.parametrize(
    ("drives", "drive_chains", "attached", "word"),
    [
        ((Drive("web01", "Off", A, "SCSI"),), (), False, "attached to VM web01"),
        ((Drive("web01", "Off", B, "SCSI"),), (CHILD,), False, "b.vhdx of VM web01"),
        ((), (), True, "mounted"),
    ],
)
def test_disk_in_use_is_not_deleted(
    drives: tuple[Drive, ...], drive_chains: tuple[Chain, ...], attached: bool, word: str
) -> None:
    now = there(link(A, attached=attached))
    assert word in refused({"path": A, "state": "absent"}, now, drives=drives, drive_chains=drive_chains)["state"]


def test_children_are_deleted_before_their_parents() -> None:
    both = {"disks": [{"path": A, "state": "absent"}, {"path": B, "state": "absent"}]}
    made = plan(both, there(link(A)), CHILD)
    assert [parameters["LiteralPath"] for _, parameters in calls(made)] == [B, A]
    kept = {"disks": [{"path": A, "state": "absent"}, {"path": B}]}
    assert "D:\\b.vhdx" in refused(kept, there(link(A)), CHILD)["disks[0].state"]


def test_disk_made_in_a_task_can_be_a_parent_in_it() -> None:
    made = plan({"disks": [{"path": A, "size": 40 * GB}, {"path": B, "parent": A}, {"path": T, "copy_of": A}]})
    assert [call for call, _ in calls(made)] == ["New-VHD", "New-VHD", "Copy-Item", "Set-VHD", "Rename-Item"]
    assert made.after["disks"][B] == {"format": "vhdx", "type": "differencing", "size": 40 * GB, "parent": A}


def test_locked_file_is_an_error_and_never_absent() -> None:
    row = {"path": A, "exists": True, "directory_exists": True, "error": "0x80070020", "links": []}
    for options in ({"size": GB}, {"state": "absent"}):
        declaration = AREA.declare({"path": A, **options})
        replies = {"chains": StepReply("chains", "done", (row,)), "volumes": StepReply("volumes", "done")}
        with pytest.raises(Unreadable, match="0x80070020"):
            AREA.understand(declaration, replies)


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({}, "path"),
        ({"path": "a.vhdx"}, "path"),
        ({"path": "D:\\*.vhdx"}, "path"),
        ({"path": "D:\\a\nb.vhdx"}, "path"),
        ({"path": "D:\\a.vhds", "parent": "D:\\p.vhds"}, "parent"),
        ({"path": "D:\\a.vhds", "copy_of": "D:\\p.vhds"}, "copy_of"),
        ({"path": "D:\\a.vhds", "size": GB, "convert": True}, "convert"),
        ({"path": "D:\\a.vhdpmem", "size": GB, "convert": True}, "convert"),
        ({"path": "D:\\a.vhdpmem", "convert_from": A}, "convert_from"),
        ({"path": "D:\\a.vhdpmem", "size": GB, "compact": {"when_grown": 1}}, "compact"),
        ({"path": "D:\\a.vhdpmem", "size": GB, "block_size": 1024**2}, "block_size"),
        ({"path": "D:\\a.vhdpmem", "state": "merged"}, "state"),
        ({"path": "D:\\a.vhds", "state": "merged"}, "state"),
        ({"path": A, "state": "merged", "merge_into": A.upper()}, "merge_into"),
        ({"path": A, "state": "merged", "merge_into": "D:\\b.txt"}, "merge_into"),
        ({"path": A, "size": GB, "merge_into": T}, "merge_into"),
        ({"path": A, "size": GB, "read_only": True}, "read_only"),
        ({"path": A, "size": GB, "no_drive_letter": True}, "no_drive_letter"),
        ({"path": A, "state": "absent", "convert": True}, "convert"),
        ({"path": A, "state": "dismounted", "compact": {"when_grown": GB}}, "compact"),
        ({"path": A, "size": GB, "shrink_to_minimum": True}, "shrink_to_minimum"),
        ({"path": "D:\\a.vhd", "shrink_to_minimum": True}, "shrink_to_minimum"),
        ({"path": A, "reparent": True}, "reparent"),
        ({"path": A, "parent": T, "ignore_id_mismatch": True}, "ignore_id_mismatch"),
        ({"path": A, "parent": T, "convert": True}, "convert"),
        ({"path": A, "convert_from": A.upper()}, "convert_from"),
        ({"path": A, "convert_from": "b.vhd"}, "convert_from"),
        ({"path": A, "convert_from": "D:\\b.iso"}, "convert_from"),
        ({"path": A, "convert_from": B, "parent": T}, "convert_from"),
        ({"path": A, "convert_from": B, "convert": True}, "convert_from"),
        ({"path": A, "convert_from": B, "logical_sector_size": 512}, "logical_sector_size"),
        ({"path": A, "convert_from": "D:\\b.vhds", "delete_source": True}, "delete_source"),
        ({"path": A, "delete_source": True}, "delete_source"),
        ({"path": A, "size": GB, "type": "fixed", "compact": {"when_grown": GB}}, "compact"),
        ({"path": A, "compact": {}}, "compact.when_grown"),
        ({"path": A, "compact": {"when_grown": 0}}, "compact.when_grown"),
        ({"path": "D:\\a.vhd", "unique_identifier": True}, "unique_identifier"),
        ({"disks": [{"path": A, "convert_from": B}, {"path": B, "state": "merged"}]}, "disks[0].convert_from"),
        ({"disks": [{"path": A, "convert_from": B, "delete_source": True}, {"path": B}]}, "disks[0].delete_source"),
        ({"path": "D:\\a.txt", "state": "absent"}, "path"),
        ({"path": A, "type": "differencing"}, "type"),
        ({"path": A, "size": 1000}, "size"),
        ({"path": "D:\\a.vhd", "size": 3000 * GB}, "size"),
        ({"path": A, "parent": "D:\\p.vhd"}, "parent"),
        ({"path": A, "parent": A}, "parent"),
        ({"path": A, "size": GB, "type": "fixed", "block_size": 1024**2}, "block_size"),
        ({"path": A, "size": GB, "block_size": 3 * 1024**2}, "block_size"),
        ({"path": A, "copy_of": T, "logical_sector_size": 512}, "logical_sector_size"),
        ({"path": A, "parent": T, "logical_sector_size": 512}, "logical_sector_size"),
        ({"path": "D:\\a.vhd", "size": GB, "logical_sector_size": 4096}, "logical_sector_size"),
        ({"disks": [{"path": A}, {"path": "d:/A.vhdx"}]}, "disks[1].path"),
        ({"disks": [{"path": A, "state": "absent"}, {"path": B, "parent": A}]}, "disks[1].parent"),
        ({"disks": [{"path": B, "copy_of": A}, {"path": A, "state": "absent"}]}, "disks[0].copy_of"),
    ],
)
def test_contradictions_are_bad_input(options: dict[str, t.Any], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        AREA.declare(options)
    assert caught.value.path == path


@pytest.mark.parametrize("option", ["path", "size", "shrink_to_minimum"])
def test_options_of_one_disk_do_not_stand_beside_a_list(option: str) -> None:
    with pytest.raises(BadOptions, match=f"^{option}: cannot stand beside disks"):
        validated_options("vhd", {option: "1", "disks": [{"path": A}]})


def test_reads_are_constant_and_only_what_is_needed() -> None:
    def steps(*disks: dict[str, t.Any]) -> list[str]:
        return [step.id for step in AREA.observe(AREA.declare({"disks": list(disks)}))]

    assert steps({"path": A}) == ["chains", "volumes"]
    drives = ["chains", "volumes", "vms", "drives", "checkpoints"]
    assert steps({"path": A, "parent": T}) == drives
    full = [*drives, "drive_chains", "checkpoint_chains", "neighbours", "neighbour_chains"]
    assert steps({"path": A, "state": "absent"}) == full
    assert steps(*({"path": f"D:\\{n}.vhdx", "size": GB} for n in range(200))) == full
    assert steps({"path": A, "size": GB, "children_in": ["D:\\d", "d:/D"]}) == [*full, "further", "further_chains"]
    assert steps({"path": "D:\\a.vhds", "state": "absent"}) == [*full, "sets"]
    assert steps({"path": A, "compact": {"when_grown": GB}}) == [*full, "compacted"]
    assert steps({"path": A, "state": "mounted", "read_only": True}) == [*drives, "mounts"]
    assert steps({"path": A, "parent": T, "reparent": True}) == [*drives, "checked"]
    assert steps({"path": A, "state": "dismounted"}) == ["chains", "volumes"]


@pytest.mark.parametrize("name", ["web[1]", "it's $(x)", "Büro–Netz 日本", "n" * 200])
def test_strange_names_travel_as_data(name: str) -> None:
    made = plan({"path": f"D:\\{name}.vhdx", "size": GB})
    assert calls(made)[0][1]["Path"] == f"D:\\{name}.vhdx"


def test_result_for_one_and_for_many() -> None:
    one = AREA.declare({"path": A})
    assert AREA.result(one, {"disks": {}}) == {"disk": {"path": A, "exists": False}}
    many = AREA.declare({"disks": [{"path": A}]})
    assert AREA.result(many, {"disks": {A: {"size": 1}}}) == {"disks": {A: {"path": A, "exists": True, "size": 1}}}
