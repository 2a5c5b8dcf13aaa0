# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Operations that cannot be: each refused in its own words, and nothing is changed."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_runs.bad_input import Bad, assert_refused
from ansible_runs.ways import Way
from hyperv_lab.simulation import checkpoints, drive_store

#: The names are prefixes of each other, and all of them fit `web*`.
NAMES = ("web1", "web10", "web_raw", "web_merging", "web_stuck")
TOPOLOGY: dict[str, t.Any] = {
    "clock": {"speed": 100.0},
    "hosts": [
        {
            "name": "hv01",
            "accounts": [{"username": "Administrator", "password": "Lab-Passw0rd"}],
            "volumes": [{"letter": "C", "size": "256 GiB"}, {"letter": "D", "size": "1 TiB"}],
            "physical_disks": [{"size": "100 GiB", "serial": "Z1D0AB", "number": 4, "offline": True}],
            "disks": [{"path": f"D:\\Disks\\{name}.vhdx", "size": "10 GiB"} for name in NAMES],
            "files": [
                {"path": r"D:\Exports\web10\budget.xlsx", "text": "somebody's work"},
                {"path": r"D:\Taken\Virtual Hard Disks\web1.vhdx", "text": "no disk"},
            ],
            "machines": [
                {
                    "name": name,
                    "path": r"D:\VMs",
                    "memory": "1 GiB",
                    "disks": [f"D:\\Disks\\{name}.vhdx"],
                    **({"stuck": "Stopping"} if name == "web_stuck" else {}),
                }
                for name in NAMES
            ],
            "timings": {"merge_seconds": 10_000_000},
        }
    ],
}
PLACE = r"D:\Elsewhere"

FOREIGN = (
    Bad("export onto a foreign folder", {"name": "web10", "path": r"D:\Exports"}, r"web10.*did not make", "vm_export"),
    Bad(
        "remove a foreign export",
        {"name": "web10", "path": r"D:\Exports", "state": "absent"},
        r"web10.*did not make",
        "vm_export",
    ),
    Bad(
        "import of an id that is there",
        {"path": r"D:\Exports\web1", "mode": "restore"},
        r"web1.*is there already.*mode: copy",
        "vm_import",
    ),
    Bad(
        "import of a name that is there",
        {"path": r"D:\Exports\web1", "mode": "copy", "name": "web10"},
        r"web10.*allow_same_name",
        "vm_import",
    ),
    Bad(
        "import of a folder that is no export",
        {"path": r"D:\Exports\web10", "mode": "register"},
        r"D:\\Exports\\web10",
        "vm_import",
    ),
    Bad(
        "move onto a file",
        {"name": "web1", "destination": r"D:\Taken"},
        r"D:\\Taken\\Virtual Hard Disks\\web1\.vhdx",
        "storage_move",
    ),
)
PASS_THROUGH = (
    Bad(
        "checkpoint with a pass-through disk",
        {"vm_name": "web_raw", "name": "before"},
        r"scsi:0:1 is a pass-through disk \(disk 4",
        "checkpoint",
    ),
    Bad("export with a pass-through disk", {"name": "web_raw", "path": PLACE}, r"pass-through.*scsi:0:1", "vm_export"),
    Bad(
        "move with a pass-through disk",
        {"name": "web_raw", "destination": PLACE},
        r"disk 4 .*scsi:0:1.*pass-through",
        "storage_move",
    ),
)
STUCK = (
    Bad("stop what is stuck", {"name": "web_stuck", "state": "stopped"}, r"web_stuck.*turn_off", "vm_power"),
    Bad("save what is stuck", {"name": "web_stuck", "state": "saved"}, r"web_stuck.*Stopping", "vm_power"),
    Bad("change what is stuck", {"name": "web_stuck", "processor": {"count": 2}}, r"web_stuck.*Stopping"),
    Bad("delete what is stuck", {"name": "web_stuck", "state": "absent"}, r"web_stuck.*Stopping.*turn_off: true of"),
    Bad("checkpoint of what is stuck", {"vm_name": "web_stuck", "name": "a"}, r"web_stuck.*stopping", "checkpoint"),
    Bad("export what is stuck", {"name": "web_stuck", "path": PLACE}, r"web_stuck.*Stopping", "vm_export"),
    Bad("move what is stuck", {"name": "web_stuck", "destination": PLACE}, r"web_stuck.*Stopping", "storage_move"),
)
MERGING = (
    Bad(
        "checkpoint during a merge",
        {"vm_name": "web_merging", "name": "new", "wait": False},
        r"web_merging.*merg",
        "checkpoint",
    ),
    Bad(
        "apply during a merge",
        {"vm_name": "web_merging", "name": "kept", "state": "applied", "current_state": "discard", "wait": False},
        r"web_merging.*checkpoint kept.*merged.*wait: true",
        "checkpoint",
    ),
    Bad(
        "export during a merge",
        {"name": "web_merging", "path": PLACE, "merge_timeout": 0},
        r"web_merging.*merged.*merge_timeout",
        "vm_export",
    ),
    Bad(
        "move during a merge",
        {"name": "web_merging", "destination": PLACE},
        r"web_merging.*merged",
        "storage_move",
    ),
    Bad("delete during a merge", {"name": "web_merging", "state": "absent", "delete_disks": True}, r"web_merging"),
)
PATTERN = (
    Bad("pattern to start", {"name": "web*", "state": "running"}, r"web\*.*no VM of that name", "vm_power"),
    Bad("pattern to take", {"vm_name": "web*", "name": "all"}, r"web\*", "checkpoint"),
    Bad(
        "pattern to go back to", {"vm_name": "web_merging", "name": "kep*", "state": "applied"}, r"kep\*", "checkpoint"
    ),
    Bad("pattern to export", {"name": ["web*"], "path": PLACE}, r"web\*", "vm_export"),
    Bad("pattern to import", {"path": r"D:\Exports\web*", "mode": "register"}, r"web\*", "vm_import"),
    Bad("pattern to move", {"name": "web*", "destination": PLACE}, r"web\*", "storage_move"),
    Bad("pattern of a disk file", {"path": r"D:\Disks\web*.vhdx", "state": "mounted"}, r"web\*", "vhd"),
    Bad("pattern of disk files", {"path": [r"D:\Disks\web*.vhdx"]}, r"path\[0\].*web\*", "vhd_info"),
)


def test_refused_operations(folder: Path) -> None:
    with Way("psrp").lab(folder, TOPOLOGY) as node:
        host = node.lab.estate.host("hv01")
        machines = {machine.name: machine for machine in host.machines.values()}
        with host.estate.lock:
            raw = machines["web_raw"]
            drive_store.add_disk(raw, "SCSI", 0, 1, None, disk_number=4)
            checkpoints.take(machines["web_merging"], "kept")
            removed = checkpoints.take(machines["web_merging"], "removed")
            checkpoints.remove(removed)
        assert machines["web_merging"].merges
        whole = {"name": "web1", "path": r"D:\Exports"}
        node.run_tasks({"name": "Export", "datacenter.hyperv.vm_export": whole}).succeeded()
        assert_refused(node, (*FOREIGN, *PASS_THROUGH, *STUCK, *MERGING, *PATTERN))
        read = node.run_tasks(
            {"name": "None", "datacenter.hyperv.vm": {"name": "web*", "state": "absent", "delete_disks": True}},
            {"name": "Checkpoints", "datacenter.hyperv.checkpoint_info": {"vm_name": ["web*"]}},
            {"name": "Machines", "datacenter.hyperv.vm_info": {"name": ["web*"]}},
        ).succeeded()
        assert not read.result("None")["changed"]
        for name in ("Checkpoints", "Machines"):
            (missing,) = read.result(name)["missing"]
            assert "web*" in missing
        stuck = {"name": "web_stuck", "state": "absent", "turn_off": True, "delete_disks": True}
        node.run_tasks({"name": "End what is stuck", "datacenter.hyperv.vm": stuck}).succeeded()
        assert {machine.name for machine in host.machines.values()} == {*NAMES} - {"web_stuck"}
        assert not host.files.exists("D:\\Disks\\web_stuck.vhdx")
