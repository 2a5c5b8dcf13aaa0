# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The host's own Hyper-V settings."""

from __future__ import annotations

import re

from ..simulation.errors import invalid_parameter
from ..simulation.values import Record
from .context import Context
from .registry import cmdlet


@cmdlet("Hyper-V", "Get-VMHost")
def get_host(ctx: Context) -> None:
    """The host."""
    ctx.emit(ctx.host)


@cmdlet("Hyper-V", "Get-VMHostSupportedVersion", "Default")
def get_versions(ctx: Context) -> None:
    """Configuration versions that the release supports."""
    windows = ctx.host.windows
    for version in windows.versions:
        default = version == windows.default_version
        if default or not ctx.flag("Default"):
            ctx.emit(
                Record(
                    ctx.host,
                    "Microsoft.HyperV.PowerShell.VMHostSupportedVersion",
                    f"VMHostSupportedVersion:{version}",
                    {
                        "ComputerName": ctx.host.name,
                        "IsDeleted": False,
                        "Name": f"Configuration version {version}",
                        "Version": version,
                        "IsDefault": default,
                    },
                )
            )


_NUMBERS = (
    ("MaximumStorageMigrations", "maximum_storage_migrations"),
    ("MaximumVirtualMachineMigrations", "maximum_machine_migrations"),
)
_FLAGS = (
    ("NumaSpanningEnabled", "numa_spanning"),
    ("EnableEnhancedSessionMode", "enhanced_session"),
    ("UseAnyNetworkForMigration", "migration_any_network"),
)
_TEXTS = (
    ("VirtualMachineMigrationAuthenticationType", "migration_authentication"),
    ("VirtualMachineMigrationPerformanceOption", "migration_performance"),
)


@cmdlet(
    "Hyper-V",
    "Set-VMHost",
    "VirtualMachinePath VirtualHardDiskPath MacAddressMinimum MacAddressMaximum NumaSpanningEnabled "
    "EnableEnhancedSessionMode "
    "MaximumStorageMigrations MaximumVirtualMachineMigrations UseAnyNetworkForMigration "
    "VirtualMachineMigrationAuthenticationType "
    "VirtualMachineMigrationPerformanceOption ResourceMeteringSaveInterval",
)
def set_host(ctx: Context) -> None:
    """Change the host's settings."""
    host = ctx.host
    low, high = ctx.text("MacAddressMinimum") or host.mac_minimum, ctx.text("MacAddressMaximum") or host.mac_maximum
    low, high = (re.sub(r"[-:]", "", text).upper() for text in (low, high))
    if not all(re.fullmatch(r"[0-9A-F]{12}", text) for text in (low, high)) or low > high:  # HOST-05
        raise invalid_parameter("The range of MAC addresses is not valid.")
    for parameter in ("VirtualMachinePath", "VirtualHardDiskPath"):
        path = ctx.text(parameter)
        if path is not None:
            host.files.volume_of(path)
    if ctx.whatif:
        return
    if (low, high) != (host.mac_minimum, host.mac_maximum):
        host.mac_minimum, host.mac_maximum, host.mac_position = low, high, 0
    if ctx.has("VirtualMachinePath"):
        host.machine_path = ctx.required("VirtualMachinePath").rstrip("\\")
    if ctx.has("VirtualHardDiskPath"):
        host.disk_path = ctx.required("VirtualHardDiskPath").rstrip("\\")
    for parameter, attribute in _NUMBERS:
        if ctx.has(parameter):
            setattr(host, attribute, ctx.integer(parameter))
    for parameter, attribute in _FLAGS:
        if ctx.has(parameter):
            setattr(host, attribute, ctx.boolean(parameter))
    for parameter, attribute in _TEXTS:
        if ctx.has(parameter):
            setattr(host, attribute, ctx.text(parameter))
    interval = ctx.seconds("ResourceMeteringSaveInterval")
    if interval is not None:
        host.metering_interval = interval
    ctx.emit_if_passthru(host)
