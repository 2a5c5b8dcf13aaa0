# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function New-Checkpoint {
    <#
    .SYNOPSIS
    Takes a checkpoint of a type that the virtual machine is not configured for.
    .DESCRIPTION
    The type is a setting of the machine and no parameter of Checkpoint-VM. It is set for the moment and put back, also when the checkpoint
    fails. Meanwhile a file in the folder of the machine's configuration says which type it had, in case this process ends before.
    .PARAMETER VM
    The virtual machine.
    .PARAMETER Name
    Name of the checkpoint. Text is exact, never a pattern.
    .PARAMETER Type
    A name of Microsoft.HyperV.PowerShell.CheckpointType.
    .OUTPUTS
    The checkpoint.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object] $VM,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [ValidateSet('Standard', 'Production', 'ProductionOnly')] [string] $Type
    )

    $machine = Hyper-V\Get-VM -Id $VM.Id -ErrorAction Stop
    $before = [string]$machine.CheckpointType
    $mark = "$(([string]$machine.ConfigurationLocation).TrimEnd('\'))\$(([guid]$machine.Id).ToString()).$before.datacenter-hyperv-checkpoint"
    $null = Microsoft.PowerShell.Management\New-Item -Path $mark -ItemType File -Force -ErrorAction Stop
    Hyper-V\Set-VM -VM $machine -CheckpointType $Type -ErrorAction Stop
    try {
        Hyper-V\Checkpoint-VM -VM $machine -SnapshotName $Name -Passthru -ErrorAction Stop
    } finally {
        Hyper-V\Set-VM -VM $machine -CheckpointType $before -ErrorAction Stop
        Microsoft.PowerShell.Management\Remove-Item -LiteralPath $mark -Force -ErrorAction Stop
    }
}

function Wait-DiskMerge {
    <#
    .SYNOPSIS
    Waits until the host has merged the disks of virtual machines.
    .DESCRIPTION
    Remove-VMSnapshot returns before the merge, and may return before the host says that there is one. So the machines must be seen without
    one twice. The merge itself goes on in the host, whatever becomes of this wait.
    .PARAMETER VM
    Virtual machines.
    .PARAMETER Seconds
    Time that all of them have together; error MergeTimeout afterwards.
    .PARAMETER Gone
    Files that no drive of the machines has any more when the merge is over.
    .OUTPUTS
    For each VM: Id, Name, Seconds.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object[]] $VM, [int] $Seconds = 3600, [string[]] $Gone)

    $clock = [Diagnostics.Stopwatch]::StartNew()
    $open = [Collections.Generic.List[object]]::new()
    foreach ($machine in $VM) { $open.Add(@{ Id = $machine.Id; Name = $machine.Name; Calm = 0 }) }
    while ($true) {
        foreach ($entry in $open.ToArray()) {
            $machine = Hyper-V\Get-VM -Id $entry.Id -ErrorAction Stop
            $status = @(foreach ($word in $machine.OperationalStatus) { [string]$word })
            $busy = $false
            foreach ($word in 'MergingDisks', 'DeletingSnapshot', 'CreatingSnapshot', 'ApplyingSnapshot') {
                if ($status -contains $word) { $busy = $true }
            }
            if ($Gone) { foreach ($drive in $machine.HardDrives) { if ($Gone -contains $drive.Path) { $busy = $true } } }
            $entry.Calm = if ($busy) { 0 } else { $entry.Calm + 1 }
            if ($entry.Calm -ge 2) {
                $null = $open.Remove($entry)
                [pscustomobject]@{ Id = $entry.Id; Name = $entry.Name; Seconds = [int][Math]::Truncate($clock.Elapsed.TotalSeconds) }
            }
        }
        if (-not $open.Count) { break }
        $passed = [int][Math]::Truncate($clock.Elapsed.TotalSeconds)
        if ($passed -ge $Seconds) { break }
        Microsoft.PowerShell.Utility\Write-Progress -Activity "Merging the disks of $($open[0].Name) for $passed s"
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 1000
    }
    # last, because the first may end the call
    foreach ($entry in $open) {
        $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new(
                [InvalidOperationException]::new("The disks of $($entry.Name) are still being merged after $Seconds seconds. The host goes on with it."),
                'MergeTimeout', 'OperationTimeout', $entry.Name))
    }
}
