# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
<#
.SYNOPSIS
Commands with every kind of property, error and output that the conformance suite of the batch runner needs.
.DESCRIPTION
The same commands exist in Python (probe_cmdlets.py beside this folder); keep both alike.
#>

enum ProbeState {
    Other = 1
    Running = 2
    Off = 3
}

[Flags()] enum ProbeRights {
    None = 0
    Read = 1
    Write = 2
    Delete = 4
}

class ProbePart {
    [string] $Name
    [long] $Size
    [string[]] $Labels
}

class Probe {
    [string] $Name
    [guid] $Id
    [guid] $VMId
    [long] $Number
    [double] $Ratio
    [bool] $Flag
    [ProbeState] $State
    [ProbeRights] $Rights
    [timespan] $Span
    [datetime] $When
    [object] $Empty
    [string[]] $One
    [string[]] $None
    [string[]] $Many
    [int[]] $Numbers
    [guid[]] $Ids
    [ProbeState[]] $States
    [ProbePart] $Part
    [ProbePart[]] $Parts
}

$names = 'web01', 'web02', 'db01', '[x]*? "quoted" $(1+1) `n', "Stra$([char]0xDF)e$([char]0x0130)"
$calls = @{}

function New-Probe([int] $Index) {
    $probe = [Probe]::new()
    $probe.Name = $names[$Index]
    $probe.Id = [guid]::new($Index + 1, 0, 0, [byte[]]::new(8))
    $probe.VMId = [guid]::new(0xABCDEF, 0, 0, [byte[]](0, 0, 0, 0, 0, 0, 0, ($Index % 2)))
    $probe.Number = 9007199254740993 + $Index
    $probe.Ratio = 0.5 + $Index
    $probe.Flag = $Index % 2 -eq 0
    $probe.State = 'Running', 'Off', 'Other', 'Off', 'Off' | Select-Object -Index $Index
    $probe.Rights = $Index
    $probe.Span = [timespan]::FromMilliseconds(90500 + $Index)
    $probe.When = [datetime]::new(2026, 1, 31, 10, 0, $Index, [DateTimeKind]::Utc)
    $probe.One = , 'single'
    $probe.None = @()
    $probe.Many = 'a', 'b'
    $probe.Numbers = 1, 2
    $probe.Ids = , $probe.Id
    $probe.States = 'Off', 'Running'
    $probe.Part = [ProbePart]@{ Name = "part of $Index"; Size = $Index }
    $probe.Parts = @(foreach ($number in 0..1) { [ProbePart]@{ Name = "part $number of $Index"; Size = $number; Labels = , "label $number" } })
    # as the properties of a VM that is gone
    $probe.PSObject.Members.Add([psscriptproperty]::new('Broken', {
                throw [Runtime.InteropServices.ExternalException]::new('gone', -2147023728)
            }))
    $probe
}

# The probes, or those of the names given (exactly); an unknown name is an error that does not end the call.
function Get-Probe {
    [CmdletBinding()]
    param([Alias('ProbeName')] [string[]] $Name)
    $all = foreach ($index in 0..4) { New-Probe $index }
    if (-not $PSBoundParameters.ContainsKey('Name')) { return $all }
    foreach ($wanted in $Name) {
        $found = @($all | Where-Object { [string]::Equals($_.Name, $wanted, 'OrdinalIgnoreCase') })
        if ($found) { $found } else {
            Write-ProbeRecord $PSCmdlet 'ProbeNotFound' 'ObjectNotFound' -2147024894 "no probe is called $wanted"
        }
    }
}

function Write-ProbeRecord($Cmdlet, $ErrorId, $Category, $HResult, $Message, [switch] $Terminating) {
    $exception = [InvalidOperationException]::new($Message)
    if ($HResult) { $exception = [InvalidOperationException]::new($Message, [Runtime.InteropServices.ExternalException]::new('inner', $HResult)) }
    $record = [System.Management.Automation.ErrorRecord]::new($exception, $ErrorId, $Category, $null)
    if ($Terminating) { $Cmdlet.ThrowTerminatingError($record) }
    $Cmdlet.WriteError($record)
}

# Errors as asked for, between outputs as asked for.
function Write-ProbeError {
    [CmdletBinding()]
    param(
        [string[]] $ErrorId = 'ProbeFailed', [string] $Category = 'InvalidOperation', [int] $HResult, [string] $Message = 'it failed',
        [string[]] $Output, [switch] $Terminating, [pscredential] $Credential, [securestring] $Secure, [string] $Plain
    )
    foreach ($text in $Output) { [pscustomobject]@{ Name = $text } }
    foreach ($id in $ErrorId) { Write-ProbeRecord $PSCmdlet $id $Category $HResult "$Message$Plain" -Terminating:$Terminating }
    if ($Output) { [pscustomobject]@{ Name = 'last' } }
}

# What arrived: .NET type, text, number of elements.
function Get-ProbeValue {
    [CmdletBinding()]
    param([object] $Value, [object] $Other)
    $text = if ($null -eq $Value) { $null } elseif ($Value -is [datetime]) { $Value.ToUniversalTime().ToString('o', [cultureinfo]::InvariantCulture) } elseif ($Value -is [pscredential]) {
        $Value.UserName + '/' + $Value.GetNetworkCredential().Password
    } elseif ($Value -is [securestring]) { [System.Net.NetworkCredential]::new('', $Value).Password } elseif ($Value -is [hashtable]) {
        @(foreach ($key in $Value.Keys | Sort-Object) { "$key=$($Value[$key])" }) -join ';'
    } elseif ($Value -is [array]) { @(foreach ($element in $Value) { if ($element -is [Probe]) { $element.Name } else { [string]$element } }) -join '|' } elseif ($Value -is [Probe]) { $Value.Name } else { [string]$Value }
    [pscustomobject]@{
        Type = if ($null -eq $Value) { 'null' } else { $Value.GetType().Name }
        Text = $text
        Count = if ($Value -is [array]) { $Value.Count } else { -1 }
        Bound = $PSBoundParameters.Count
    }
}

function Get-ProbeCommonParameter {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([string] $Name)
    if ($PSCmdlet.ShouldProcess($Name)) { [pscustomobject]@{ Name = $Name; ErrorAction = [string]$PSBoundParameters['ErrorAction'] } }
}

# Busy for a number of calls, then Ready; with -HResult the busy calls fail.
function Get-ProbeProgress {
    [CmdletBinding()]
    param([string] $Key, [int] $ReadyAfter, [int] $HResult, [switch] $Absent)
    $calls[$Key] = 1 + $calls[$Key]
    $ready = $calls[$Key] -gt $ReadyAfter
    if (-not $ready -and $HResult) { Write-ProbeRecord $PSCmdlet 'ProbeBusy' 'ResourceBusy' $HResult 'busy' -Terminating }
    if (-not $ready -and $Absent) { return }
    [pscustomobject]@{ State = if ($ready) { 'Ready' } else { 'Busy' }; Calls = $calls[$Key] }
}

# Everything a command can say beside its output.
function Write-ProbeNoise {
    [CmdletBinding()]
    param([string] $Message = 'careful')
    Write-Host 'host'
    Write-Verbose 'verbose' -Verbose
    Write-Debug 'debug'
    Write-Information 'information' -InformationAction Continue
    Write-Progress -Activity 'progress' -PercentComplete 50
    Write-Warning $Message
    [Console]::Out.WriteLine('#datacenter.hyperv reply other:{}')
    [pscustomobject]@{ Name = 'quiet' }
}

function Wait-Probe {
    [CmdletBinding()]
    param([int] $Milliseconds)
    Start-Sleep -Milliseconds $Milliseconds
}

# Many rows with many properties, to measure.
function Get-ProbeTable {
    [CmdletBinding()]
    param([int] $Rows)
    foreach ($row in 1..$Rows) {
        $probe = New-Probe ($row % 5)
        $probe.Name = "vm$row"
        $probe.Id = [guid]::new($row, 0, 0, [byte[]]::new(8))
        $probe
    }
}

Export-ModuleMember -Function *-Probe, Write-ProbeError, Get-ProbeValue, Get-ProbeCommonParameter, Get-ProbeProgress, Write-ProbeNoise, Get-ProbeTable
