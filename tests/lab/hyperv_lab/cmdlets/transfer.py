# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Export-, Compare- and Import-VM."""

from __future__ import annotations

from ..simulation import transfer as rules
from ..simulation.errors import OperationFailed, invalid_parameter, not_found
from ..simulation.machine import VirtualMachine
from ..simulation.transfer import CompatibilityReport
from .context import Context
from .registry import cmdlet

_COPY = "VhdDestinationPath Copy VirtualMachinePath SnapshotFilePath SmartPagingFilePath VhdSourcePath GenerateNewId"


@cmdlet("Hyper-V", "Export-VM", "Name VM Path CaptureLiveState")
def export_vm(ctx: Context) -> None:
    """Write machines with their files into folders of their names."""

    def write(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            rules.export(machine, ctx.required("Path"), ctx.text("CaptureLiveState"), ctx.transfer)
            ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(), write)


@cmdlet("Hyper-V", "Compare-VM", f"Path Register {_COPY} CompatibilityReport")
def compare_vm(ctx: Context) -> None:
    """Say what keeps a machine from being imported. It plans the machine for that (IMP-04)."""
    if ctx.has("CompatibilityReport"):
        ctx.emit(rules.compare_again(_given_report(ctx)))
    else:
        ctx.emit(_compared(ctx))


@cmdlet("Hyper-V", "Import-VM", f"Path Register {_COPY} CompatibilityReport")
def import_vm(ctx: Context) -> None:
    """Import a machine from its configuration file, or as a report has it."""
    if ctx.whatif:
        return
    if ctx.has("CompatibilityReport"):
        ctx.emit(rules.realize(_given_report(ctx), ctx.transfer))
        return
    report = _compared(ctx)
    try:
        ctx.emit(rules.realize(report, ctx.transfer))
    except OperationFailed:
        rules.remove_planned(report.planned)  # IMP-15
        raise


def _compared(ctx: Context) -> CompatibilityReport:
    return rules.compare(
        ctx.host,
        ctx.required("Path"),
        copies=ctx.flag("Copy"),
        new_id=ctx.flag("GenerateNewId"),
        machine_path=ctx.text("VirtualMachinePath"),
        snapshot_path=ctx.text("SnapshotFilePath"),
        paging_path=ctx.text("SmartPagingFilePath"),
        source_disks=ctx.text("VhdSourcePath"),
        target_disks=ctx.text("VhdDestinationPath"),
    )


def _given_report(ctx: Context) -> CompatibilityReport:
    report = ctx.value("CompatibilityReport")
    if isinstance(report, list) and len(report) == 1:
        report = report[0]
    if not isinstance(report, CompatibilityReport):
        raise invalid_parameter(f"'{report!s}' is no compatibility report.")
    if ctx.host.reports.get(report.id) is not report:
        raise not_found("The operation failed because the object was not found.")
    return report
