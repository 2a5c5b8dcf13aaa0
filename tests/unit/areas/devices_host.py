# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What drives of VMs can hold on a simulated host: disks of the host, images, persistent memory, resource pools."""

from __future__ import annotations

from areas.hosts import GB

from hyperv_lab.simulation import virtual_disks
from hyperv_lab.simulation.host import Host
from hyperv_lab.simulation.physical_disks import PhysicalDisk

#: Serial numbers and unique ids of the disks that `add_devices` makes, by number.
LUNS = {4: ("LUN-A", "5000AAAA"), 5: ("", "5000BBBB"), 6: ("LUN-C ", "5000CCCC")}
IMAGES = ("D:\\Images\\a.iso", "D:\\Images\\b.iso", "D:\\Images\\boot.vfd", "D:\\Images\\other.vfd")
PMEM_FILE = "D:\\Images\\log.vhdpmem"
SHARED_FOLDER = "C:\\ClusterStorage\\Volume1"
SHARED = f"{SHARED_FOLDER}\\quorum.vhdx"


def add_devices(host: Host) -> None:
    """Add them to a host."""
    for number, (serial, unique_id) in LUNS.items():
        host.physical_disks.append(PhysicalDisk(number, f"LUN {number}", serial, unique_id, 100 * GB))
    host.files.make_directory("D:\\Images")
    host.files.make_directory(SHARED_FOLDER)
    for path in IMAGES:
        host.files.make_file(path, 1 << 20)
    virtual_disks.create_plain(host, PMEM_FILE, GB, fixed=True)
    virtual_disks.create_plain(host, SHARED, GB, fixed=True)
    host.disk_pools.append("gold")
