# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Wait-VMChange {
    <#
    .SYNOPSIS
    Waits until virtual machines are not as they were, but never for long: whoever asks polls.
    .PARAMETER Id
    Ids of virtual machines.
    .PARAMETER Known
    What is known of each: state, heartbeat and addresses, with spaces between the three and commas between addresses.
    .PARAMETER Seconds
    How long to wait at most.
    .PARAMETER Addresses
    Whether addresses count.
    .OUTPUTS
    Changed, Seconds.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [guid[]] $Id,
        [Parameter(Mandatory)] [string[]] $Known,
        [int] $Seconds = 10,
        [switch] $Addresses
    )

    $clock = [Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        $changed = $false
        for ($number = 0; $number -lt $Id.Count; $number++) {
            # one that is gone has changed, too; the reading behind this says what happened
            $machine = Hyper-V\Get-VM -Id $Id[$number] -ErrorAction SilentlyContinue
            $list = if ($Addresses) { @($machine.NetworkAdapters.IPAddresses) -join ',' }
            if ("$($machine.State) $($machine.Heartbeat) $list" -cne $Known[$number]) { $changed = $true }
        }
        $passed = $clock.Elapsed.TotalSeconds
        if ($changed -or $passed -ge $Seconds) { break }
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 1000
    }
    [pscustomobject]@{ Changed = $changed; Seconds = [int][Math]::Truncate($passed) }
}
