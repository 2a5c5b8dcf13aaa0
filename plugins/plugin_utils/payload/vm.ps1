# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Request-GuestShutdown {
    <#
    .SYNOPSIS
    Asks a guest to shut down, through its integration services, and returns at once.
    .DESCRIPTION
    Msvm_ShutdownComponent.InitiateShutdown: programs are closed, unsaved work in them is lost. The guest goes on by itself,
    whatever becomes of this process.
    .PARAMETER VM
    A virtual machine.
    .OUTPUTS
    Id, Name, Outcome (off, asked, not_ready: ask again, unavailable, refused), Problem.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object] $VM)

    $machine = Hyper-V\Get-VM -Id $VM.Id -ErrorAction Stop
    $answer = @{ Id = $machine.Id; Name = $machine.Name; Outcome = 'off'; Problem = $null }
    if ([string]$machine.State -ne 'Off') {
        $query = "SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '$(([guid]$machine.Id).ToString().ToUpperInvariant())'"
        $component = CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -Query $query -ErrorAction Stop
        if (-not $component -or $component.EnabledState -ne 2) {
            $answer.Outcome = 'unavailable'
            $answer.Problem = 'its shutdown service is not there or not enabled'
        } else {
            $arguments = @{ Force = $true; Reason = 'datacenter.hyperv' }
            $said = CimCmdlets\Invoke-CimMethod -InputObject $component -MethodName InitiateShutdown -Arguments $arguments -ErrorAction Stop
            $code = [long]$said.ReturnValue
            # done, job started, a shutdown is in progress
            if (0, 4096, 32782 -contains $code) { $answer.Outcome = 'asked' }
            # 32775 invalid state, 32777 not available, 32780 not ready: transient
            elseif (32775, 32777, 32780 -contains $code) { $answer.Outcome = 'not_ready' }
            else { $answer.Outcome = 'refused'; $answer.Problem = "it answered $code" }
        }
    }
    [pscustomobject]$answer
}

function Stop-VMPower {
    <#
    .SYNOPSIS
    Pulls the plug of a virtual machine, or saves it, also while it is on its way between two states.
    .DESCRIPTION
    Stop-VM and Save-VM themselves refuse what is not running, paused (or, to be turned off, saved) with InvalidState. The Virtual
    Machine Management service, which is asked then (RequestStateChange), decides by what it can do.
    .PARAMETER VM
    A virtual machine.
    .PARAMETER Save
    Save it.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object] $VM, [switch] $Save)

    $way = if ($Save) { @{ Save = $true } } else { @{ TurnOff = $true; Force = $true } }
    try {
        Hyper-V\Stop-VM -VM $VM @way -Confirm:$false -ErrorAction Stop
        return
    } catch {
        if ($_.FullyQualifiedErrorId -notlike 'InvalidState,*') { throw }
        $refusal = $_
    }
    $query = "SELECT * FROM Msvm_ComputerSystem WHERE Name = '$(([guid]$VM.Id).ToString().ToUpperInvariant())'"
    $system = CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -Query $query -ErrorAction Stop
    $arguments = @{ RequestedState = [uint16]$(if ($Save) { 6 } else { 3 }) }
    $said = CimCmdlets\Invoke-CimMethod -InputObject $system -MethodName RequestStateChange -Arguments $arguments -ErrorAction Stop
    # done, or a job began
    if (0, 4096 -notcontains [long]$said.ReturnValue) { throw $refusal }
    $wanted = if ($Save) { 'Saved' } else { 'Off' }
    for ($left = 60; [string](Hyper-V\Get-VM -Id $VM.Id -ErrorAction Stop).State -ne $wanted; $left--) {
        if (-not $left) { throw $refusal }
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 1000
    }
}

function Stop-Guest {
    <#
    .SYNOPSIS
    Shuts guests down through their integration services and waits until they are off.
    .DESCRIPTION
    Stop-VM waits in one call, gives up after five minutes and turns the VM off. This asks every guest at once
    (Msvm_ShutdownComponent.InitiateShutdown: programs are closed, unsaved work in them is lost) and looks at their states.
    .PARAMETER VM
    Virtual machines.
    .PARAMETER Seconds
    Time that all of them have together.
    .PARAMETER OnTimeout
    What to do with one that is not off by then, or that cannot be asked because its integration services do not answer:
    fail (error GuestShutdownTimeout, GuestShutdownUnavailable) or turn_off.
    .OUTPUTS
    For each VM that is off: Id, Name, Outcome (already_off, shut_down, turned_off), Seconds.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object[]] $VM,
        [int] $Seconds = 300,
        [ValidateSet('fail', 'turn_off')] [string] $OnTimeout = 'fail'
    )

    $clock = [Diagnostics.Stopwatch]::StartNew()
    $open = [Collections.Generic.List[object]]::new()
    foreach ($machine in $VM) { $open.Add(@{ VM = $machine; Asked = $false; Problem = $null }) }
    $problems = [Collections.Generic.List[object]]::new()
    $first = $true
    while ($open.Count) {
        $late = $clock.Elapsed.TotalSeconds -ge $Seconds
        foreach ($guest in $open.ToArray()) {
            $machine = Hyper-V\Get-VM -Id $guest.VM.Id -ErrorAction Stop
            $outcome = $null
            if ([string]$machine.State -eq 'Off') {
                $outcome = if ($guest.Asked -or -not $first) { 'shut_down' } else { 'already_off' }
            } elseif (-not $guest.Asked -and -not $guest.Problem) {
                $answer = Request-GuestShutdown -VM $machine
                if ($answer.Outcome -eq 'asked') { $guest.Asked = $true }
                elseif ($answer.Outcome -ne 'not_ready') { $guest.Problem = $answer.Problem }
            }
            if (-not $outcome -and ($late -or $guest.Problem)) {
                if ($OnTimeout -eq 'turn_off') {
                    Stop-VMPower -VM $machine
                    $outcome = 'turned_off'
                } else {
                    $errorId = if ($guest.Asked) { 'GuestShutdownTimeout' } else { 'GuestShutdownUnavailable' }
                    $reason = if ($guest.Problem) { $guest.Problem } else { "not off after $Seconds seconds" }
                    $category = if ($guest.Asked) { 'OperationTimeout' } else { 'ResourceUnavailable' }
                    $null = $open.Remove($guest)
                    $problems.Add([Management.Automation.ErrorRecord]::new(
                            [InvalidOperationException]::new("The guest of $($machine.Name) did not shut down: $reason."), $errorId, $category, $machine.Name))
                }
            }
            if ($outcome) {
                $null = $open.Remove($guest)
                [pscustomobject]@{
                    Id = $machine.Id; Name = $machine.Name; Outcome = $outcome; Seconds = [int][Math]::Truncate($clock.Elapsed.TotalSeconds)
                }
            }
        }
        $first = $false
        if ($open.Count) { Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 1000 }
    }
    # last, because the first may end the call
    foreach ($problem in $problems) { $PSCmdlet.WriteError($problem) }
}
