# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How the modules of Windows are built, where that shows: cmdlet classes or functions, names of classes, aliases, questions."""

from __future__ import annotations

FUNCTION_MODULES = frozenset(
    {"DnsClient", "NetAdapter", "NetQos", "NetTCPIP", "ScheduledTasks", "SmbShare", "SmbWitness", "Storage", "iSCSI"}
)
"""Modules that Windows generates from CDXML: their commands are functions, and error ids end with the function's name."""

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

_VHD_NAMESPACE = "Microsoft.Vhd.PowerShell.Cmdlets"
_NAMESPACES = {
    "Hyper-V": "Microsoft.HyperV.PowerShell.Commands",
    "CimCmdlets": "Microsoft.Management.Infrastructure.CimCmdlets",
    "FailoverClusters": "Microsoft.FailoverClusters.PowerShell",
    "IscsiTarget": "Microsoft.Iscsi.Target.Commands",
    "Microsoft.PowerShell.Management": "Microsoft.PowerShell.Commands",
    "NetworkLoadBalancingClusters": "Microsoft.NetworkLoadBalancingClusters.PowerShell",
    "ServerManager": "Microsoft.Windows.ServerManager.Commands",
}
_WITH_SUFFIX = frozenset({"CimCmdlets", "Microsoft.PowerShell.Management", "ServerManager"})


def class_of(module: str, cmdlet: str) -> tuple[str, str]:
    """Namespace and name of the class behind a cmdlet, as its FullyQualifiedErrorId ends."""
    verb, _, noun = cmdlet.partition("-")
    if module == "Hyper-V" and noun.upper() in ("VHD", "VHDSET", "VHDSNAPSHOT"):
        # seen in error records: GetVHD, but NewVhd, MountVhd, ResizeVhd
        name = cmdlet.replace("-", "") if cmdlet == "Get-VHD" else verb + noun.replace("VHD", "Vhd")
        return _VHD_NAMESPACE, name
    suffix = "Command" if module in _WITH_SUFFIX else ""
    return _NAMESPACES.get(module, f"HyperVLab.Modules.{module.replace('-', '').replace('.', '')}"), f"{verb}{noun}{suffix}"
