# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Properties of compatibility reports."""

from __future__ import annotations

from ...objects.enums import enum_member
from ..transfer import CompatibilityReport, Incompatibility
from ..values import register_readers
from .base import attribute

register_readers(
    CompatibilityReport.type_name,
    {
        "VM": attribute("planned"),
        "OperationType": lambda report: enum_member("OperationType", "ImportVirtualMachine"),
        "Destination": lambda report: report.host.name,
        "Path": attribute("path"),
        "SnapshotPath": lambda report: f"{report.root}\\Snapshots",
        "VhdDestinationPath": attribute("target_disks"),
        "VhdSourcePath": attribute("source_disks"),
        "Incompatibilities": lambda report: list(report.incompatibilities),
    },
)
register_readers(
    Incompatibility.type_name,
    {"Message": attribute("message"), "MessageId": attribute("message_id"), "Source": attribute("source")},
)
