# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Metering of what machines use."""

from __future__ import annotations

from datetime import timedelta

from ..simulation.errors import not_found
from ..simulation.machine import VirtualMachine
from ..simulation.values import Record
from .context import Context
from .registry import cmdlet

_REPORT = "Microsoft.HyperV.PowerShell.VMMeteringReportForVirtualMachine"
_MEGABYTE = 1024**2


@cmdlet("Hyper-V", "Enable-VMResourceMetering", "VMName VM")
def enable_metering(ctx: Context) -> None:
    """Begin to meter; what is metered already goes on (MET-02)."""

    def enable(machine: VirtualMachine) -> None:
        if machine.metered_since is None:
            machine.metered_since = ctx.host.estate.clock.now()

    ctx.each(ctx.machines(name="VMName"), enable)


@cmdlet("Hyper-V", "Disable-VMResourceMetering", "VMName VM")
def disable_metering(ctx: Context) -> None:
    """Stop metering and forget what was metered."""

    def disable(machine: VirtualMachine) -> None:
        machine.metered_since = None

    ctx.each(ctx.machines(name="VMName"), disable)


@cmdlet("Hyper-V", "Measure-VM", "Name VM")
def measure(ctx: Context) -> None:
    """What machines used since metering began; a machine that is not metered is an error (MET-01)."""

    def report(machine: VirtualMachine) -> None:
        if machine.metered_since is None:
            raise not_found(f"Resource metering is not enabled for the virtual machine '{machine.name}'.")
        ctx.emit(_report(machine, ctx.host.estate.clock.now() - machine.metered_since))

    ctx.each(ctx.machines(), report)


def _report(machine: VirtualMachine, seconds: float) -> Record:
    """The lab's machines use what they are given, and write nothing."""
    memory = machine.assigned // _MEGABYTE
    entries = [machine.host.files.find(drive.path) for drive in machine.settings.disks if drive.path]
    disks = sum(entry.disk.size for entry in entries if entry is not None and entry.disk is not None)
    return Record(
        machine.host,
        _REPORT,
        f"MeteringReport:{machine.id}",
        {
            "VMId": machine.id,
            "VMName": machine.name,
            "MeteringDuration": timedelta(seconds=seconds),
            "AverageProcessorUsage": 100 if machine.active else 0,
            "AverageMemoryUsage": memory,
            "MaximumMemoryUsage": memory,
            "MinimumMemoryUsage": memory,
            "TotalDiskAllocation": disks // _MEGABYTE,
            "AggregatedAverageNormalizedIOPS": 0,
            "AggregatedAverageLatency": 0,
            "AggregatedDiskDataRead": 0,
            "AggregatedDiskDataWritten": 0,
        },
    )
