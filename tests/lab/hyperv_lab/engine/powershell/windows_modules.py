# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How the modules of Windows are built, where that shows: functions or classes and their names, aliases, questions."""

from __future__ import annotations

from ...cmdlets.registry import class_name_of

FUNCTION_MODULES = frozenset(
    {
        "DnsClient",
        "NetAdapter",
        "NetQos",
        "NetTCPIP",
        "PnpDevice",
        "ScheduledTasks",
        "SmbShare",
        "SmbWitness",
        "Storage",
    }
    | {"iSCSI"}
)
"""Modules that Windows generates from CDXML: their commands are functions, and error ids end with a function's name."""

POWERSHELL_MODULE = "Microsoft.PowerShell.Management"
"""A module that PowerShell has itself. The lab adds the commands that it has on Windows only (Get-Service)."""

PROVIDED_BY_POWERSHELL = frozenset(
    {
        "Copy-Item",
        "Get-ChildItem",
        "Get-Content",
        "Get-Item",
        "Move-Item",
        "New-Item",
        "Remove-Item",
        "Rename-Item",
        "Test-Path",
    }
)
"""Commands that run as they are, over the provider of the simulated drives."""

ALIASES = {
    "Hyper-V": {
        "Export-VMSnapshot": ["Export-VMCheckpoint"],
        "Get-VMSnapshot": ["Get-VMCheckpoint"],
        "Remove-VMSnapshot": ["Remove-VMCheckpoint"],
        "Rename-VMSnapshot": ["Rename-VMCheckpoint"],
        "Restore-VMSnapshot": ["Restore-VMCheckpoint"],
        "Get-VM": ["gvm"],
        "Start-VM": ["savm"],
        "Stop-VM": ["spvm"],
        "Get-VMReplication": ["gvmr"],
        "Get-VMReplicationServer": ["gvmrs"],
        "Measure-VMReplication": ["mvmr"],
    },
    "CimCmdlets": {"Get-CimInstance": ["gcim"], "Invoke-CimMethod": ["icim"]},
    "ServerManager": {
        "Install-WindowsFeature": ["Add-WindowsFeature"],
        "Uninstall-WindowsFeature": ["Remove-WindowsFeature"],
    },
}
"""Second names of commands (build 14393)."""

HIGH_IMPACT = frozenset({"Complete-VMFailover", "Restore-VMSnapshot", "Start-VMFailover", "Update-VMVersion"})
"""Commands with ConfirmImpact High: they ask unless -Confirm:$false."""

QUESTIONS = {
    "Remove-VM": 'Are you sure you want to remove virtual machine "{0}"?',
    "Remove-VMSwitch": 'Are you sure you want to remove the virtual switch "{0}"?',
    "Restart-VM": 'Are you sure you want to restart the virtual machine "{0}"?',
}
"""What commands ask (ShouldContinue) unless they get -Force."""

_NAMESPACES = {
    "FailoverClusters": "Microsoft.FailoverClusters.PowerShell",
    "IscsiTarget": "Microsoft.Iscsi.Target.Commands",
    "NetworkLoadBalancingClusters": "Microsoft.NetworkLoadBalancingClusters.PowerShell",
    "ServerManager": "Microsoft.Windows.ServerManager.Commands",
}


def class_of(module: str, cmdlet: str) -> tuple[str, str]:
    """Namespace and name of the class behind a cmdlet, as its FullyQualifiedErrorId ends."""
    namespace, _, name = class_name_of(module, cmdlet).rpartition(".")
    if namespace:
        return namespace, name
    return _NAMESPACES.get(module, "HyperVLab.Modules"), f"{cmdlet.replace('-', '')}Command"
