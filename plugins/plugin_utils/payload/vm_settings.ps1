# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Get-SecurityState {
    <#
    .SYNOPSIS
    Tells the security settings of VMs, and which of them have a key protector.
    .DESCRIPTION
    Neither Get-VMSecurity nor Get-VMKeyProtector says whose its answers are, but both answer for one VM after the other. A VM without a
    key protector gives four bytes: 0, 0, 0, 4.
    .PARAMETER VM
    Virtual machines.
    .PARAMETER KeyProtectors
    Whether to look for key protectors.
    .OUTPUTS
    For each VM: VMId, KeyProtector, TpmEnabled, EncryptStateAndVmMigrationTraffic, VirtualizationBasedSecurityOptOut,
    Shielded.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object[]] $VM, [bool] $KeyProtectors)

    $settings = @(Hyper-V\Get-VMSecurity -VM $VM -ErrorAction Stop)
    $protectors = [Collections.ArrayList]::new()
    if ($KeyProtectors) {
        Hyper-V\Get-VMKeyProtector -VM $VM -ErrorAction Stop | Microsoft.PowerShell.Core\ForEach-Object { $null = $protectors.Add($_) }
        # for one VM the bytes may also come one by one
        if ($VM.Count -eq 1 -and $protectors.Count -ne 1) { $protectors = @(, [byte[]]$protectors) }
    }
    if ($VM.Count -gt 1 -and ($settings.Count -ne $VM.Count -or ($KeyProtectors -and $protectors.Count -ne $VM.Count))) {
        foreach ($one in $VM) { Get-SecurityState -VM $one -KeyProtectors $KeyProtectors }
        return
    }
    for ($index = 0; $index -lt $VM.Count; $index++) {
        [pscustomobject]@{
            VMId = $VM[$index].Id
            KeyProtector = if ($KeyProtectors) { @($protectors[$index]).Count -gt 4 }
            TpmEnabled = $settings[$index].TpmEnabled
            EncryptStateAndVmMigrationTraffic = $settings[$index].EncryptStateAndVmMigrationTraffic
            VirtualizationBasedSecurityOptOut = $settings[$index].VirtualizationBasedSecurityOptOut
            Shielded = $settings[$index].Shielded
        }
    }
}

function Set-IntegrationService {
    <#
    .SYNOPSIS
    Enables and disables integration services, found by the end of their ids, because their names are translated.
    .PARAMETER VM
    Virtual machines.
    .PARAMETER Heartbeat
    Whether it is to be enabled; left out, it stays as it is. Likewise the others.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object[]] $VM,
        [bool] $GuestServiceInterface,
        [bool] $Heartbeat,
        [bool] $KeyValuePairExchange,
        [bool] $Shutdown,
        [bool] $TimeSynchronization,
        [bool] $Vss
    )

    $ids = @{
        GuestServiceInterface = '6c09bb55-d683-4da0-8931-c9bf705f6480'
        Heartbeat = '84eaae65-2f2e-45f5-9bb5-0e857dc8eb47'
        KeyValuePairExchange = '2a34b1c2-fd73-4043-8a5b-dd2159bc743f'
        Shutdown = '9f8233ac-be49-4c79-8ee3-e7e1985b2077'
        TimeSynchronization = '2497f4de-e9fa-4204-80e4-4b75c46419c0'
        Vss = '5ced1297-4598-4915-a5fc-ad21bb4d02a4'
    }
    foreach ($machine in $VM) {
        $services = @(Hyper-V\Get-VMIntegrationService -VM $machine -ErrorAction Stop)
        foreach ($name in $ids.Keys) {
            if (-not $PSBoundParameters.ContainsKey($name)) { continue }
            $service = $services | Microsoft.PowerShell.Core\Where-Object { ([string]$_.Id).Split('\')[-1] -eq $ids[$name] }
            if (-not $service) {
                $PSCmdlet.ThrowTerminatingError([Management.Automation.ErrorRecord]::new(
                        [InvalidOperationException]::new("$($machine.Name) has no integration service $name."), 'IntegrationServiceMissing', 'ObjectNotFound', $machine.Name))
            }
            if ($PSBoundParameters[$name]) { Hyper-V\Enable-VMIntegrationService -VMIntegrationService $service -ErrorAction Stop }
            else { Hyper-V\Disable-VMIntegrationService -VMIntegrationService $service -ErrorAction Stop }
        }
    }
}
