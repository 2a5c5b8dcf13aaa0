# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Get-ImportArgument {
    <#
    .SYNOPSIS
    Gives the arguments of Compare-VM for an import.
    .PARAMETER Path
    The configuration file.
    .PARAMETER Mode
    register, restore or copy.
    .PARAMETER Place
    Table of VirtualMachinePath, VhdDestinationPath, SnapshotFilePath, SmartPagingFilePath, VhdSourcePath; null where Hyper-V chooses.
    .OUTPUTS
    A table for splatting.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Path, [Parameter(Mandatory)] [string] $Mode, [object] $Place)

    $arguments = @{ Path = $Path }
    if ($Mode -eq 'register') {
        $arguments.Register = $true
    } else {
        $arguments.Copy = $true
        if ($Mode -eq 'copy') { $arguments.GenerateNewId = $true }
        foreach ($name in 'VirtualMachinePath', 'VhdDestinationPath', 'SnapshotFilePath', 'SmartPagingFilePath', 'VhdSourcePath') {
            if ($Place -and $Place.$name) { $arguments.$name = [string]$Place.$name }
        }
    }
    $arguments
}

function Get-ImportCandidate {
    <#
    .SYNOPSIS
    Finds configuration files of virtual machines by what the host shows, never by guessed names.
    .PARAMETER Path
    A configuration file, the folder of an export, or a folder with folders of exports.
    .OUTPUTS
    Path and Id of each file that is named by an id and ends in .vmcx or .xml.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Path)

    if (-not (Microsoft.PowerShell.Management\Test-Path -LiteralPath $Path)) { return }
    $item = Microsoft.PowerShell.Management\Get-Item -LiteralPath $Path -Force -ErrorAction Stop
    if ($item.PSIsContainer) {
        $inside = @(Microsoft.PowerShell.Management\Get-ChildItem -LiteralPath $Path -Force -ErrorAction Stop)
        $folders, $files = $inside.Where({ $_.PSIsContainer }, 'Split')
        $homes = @(foreach ($folder in $folders) { if ($folder.Name -eq 'Virtual Machines') { $folder.FullName } })
        if (-not $homes) { $homes = @(foreach ($folder in $folders) { "$($folder.FullName)\Virtual Machines" }) }
        foreach ($folder in $homes) {
            if (Microsoft.PowerShell.Management\Test-Path -LiteralPath $folder) {
                $files += @(Microsoft.PowerShell.Management\Get-ChildItem -LiteralPath $folder -Force -ErrorAction Stop)
            }
        }
    } else {
        $files = @($item)
    }
    $seen = @{}
    foreach ($extension in '.vmcx', '.xml') {
        foreach ($file in $files) {
            $id = [guid]::Empty
            $named = [guid]::TryParse([string]$file.BaseName, [ref]$id)
            if (-not $file.PSIsContainer -and $file.Extension -eq $extension -and $named -and -not $seen[$id]) {
                $seen[$id] = $true
                [pscustomobject]@{ Path = $file.FullName; Id = $id }
            }
        }
    }
}

function Compare-VMImport {
    <#
    .SYNOPSIS
    Reads exports and says what keeps each virtual machine from being imported.
    .DESCRIPTION
    Compare-VM makes a planned virtual machine, which is not listed and does nothing. It is removed again at once.
    .PARAMETER Import
    Tables with Key, Path (of an export or its configuration file), Id (of the one that is meant, or null), Mode (register, restore, copy),
    Name (that it will have, or null), AllowSameName, and the paths of Get-ImportArgument.
    .OUTPUTS
    For each: Key, Candidates (Path, Id), File, DiskFolder (that disks are copied to), Marker (text of the file that marks an import under way), Files
    (disk files of the export: Name, Length), Occupied (Path and Length of what is already where these and its disks go in DiskFolder), Report, Error.
    Report is null where the virtual machine is there already or Compare-VM fails.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object[]] $Import)

    $machines = @(Hyper-V\Get-VM -ErrorAction Stop)
    $defaults = Hyper-V\Get-VMHost -ErrorAction Stop
    foreach ($wanted in $Import) {
        $candidates = @(Get-ImportCandidate -Path $wanted.Path)
        $chosen = @($candidates.Where({ -not $wanted.Id -or $_.Id -eq [guid]$wanted.Id }))
        $file = if ($chosen.Count -eq 1) { $chosen[0].Path }
        $found = [pscustomobject]@{
            Key = $wanted.Key; Candidates = $candidates; File = $file; DiskFolder = $null; Marker = $null; Files = @(); Occupied = @(); Report = $null
            Error = $null
        }
        if (-not $file) { $found; continue }
        $id = $chosen[0].Id
        $disks = @{}
        if ($wanted.Mode -ne 'register') {
            $found.DiskFolder = ([string]$(if ($wanted.VhdDestinationPath) { $wanted.VhdDestinationPath } else { $defaults.VirtualHardDiskPath })).TrimEnd('\')
            $marker = "$($found.DiskFolder)\datacenter.hyperv.$id.import.json"
            if (Microsoft.PowerShell.Management\Test-Path -LiteralPath $marker) {
                $found.Marker = [string](Microsoft.PowerShell.Management\Get-Content -LiteralPath $marker -Raw -ErrorAction Stop)
            }
            $root = $file.Substring(0, $file.LastIndexOf('\'))
            $root = $root.Substring(0, [Math]::Max($root.LastIndexOf('\'), 0))
            $folder = if ($wanted.VhdSourcePath) { [string]$wanted.VhdSourcePath } else { "$root\Virtual Hard Disks" }
            if (Microsoft.PowerShell.Management\Test-Path -LiteralPath $folder) {
                foreach ($disk in @(Microsoft.PowerShell.Management\Get-ChildItem -LiteralPath $folder -Force -ErrorAction Stop)) {
                    if ($disk.PSIsContainer) { continue }
                    $found.Files += [pscustomobject]@{ Name = $disk.Name; Length = [long]$disk.Length }
                    $disks["$($found.DiskFolder)\$($disk.Name)"] = $true
                }
            }
        }
        if ($wanted.Mode -eq 'copy') {
            $mark = "[datacenter.hyperv import] copy of $id"
            $there = @($machines.Where({
                    [string]::Equals($_.Name, $wanted.Name, [StringComparison]::OrdinalIgnoreCase) -and
                    (-not $wanted.AllowSameName -or ([string]$_.Notes -split '\r?\n') -contains $mark)
                }))
        } else {
            $there = @($machines.Where({ $_.Id -eq $id }))
        }
        if (-not $there) {
            try {
                # Compare-VM would replace a planned one of this id, whosever it is: a new id leaves it alone
                $query = "SELECT * FROM Msvm_PlannedComputerSystem WHERE Name = '$($id.ToString().ToUpperInvariant())'"
                $taken = CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -Query $query -ErrorAction Stop
                $arguments = Get-ImportArgument -Path $file -Mode $(if ($taken) { 'copy' } else { $wanted.Mode }) -Place $wanted
                $report = Hyper-V\Compare-VM @arguments -ErrorAction Stop
                $planned = $report.VM
                # copies: the objects go with the planned virtual machine
                $drives = @($planned.HardDrives | Microsoft.PowerShell.Core\Where-Object Path |
                        Microsoft.PowerShell.Utility\Select-Object Path, ControllerType, ControllerNumber, ControllerLocation)
                $adapters = @($planned.NetworkAdapters |
                        Microsoft.PowerShell.Utility\Select-Object Name, MacAddress, DynamicMacAddressEnabled)
                $problems = @(foreach ($problem in @($report.Incompatibilities)) {
                        if (-not $problem) { continue }
                        $source = $problem.Source
                        [pscustomobject]@{
                            MessageId = [long]$problem.MessageId; Message = [string]$problem.Message; Type = if ($source) { $source.GetType().Name }
                            Name = $source.Name; SwitchName = $source.SwitchName; Path = $source.Path; ControllerType = $source.ControllerType
                            ControllerNumber = $source.ControllerNumber; ControllerLocation = $source.ControllerLocation
                        }
                    })
                $found.Report = [pscustomobject]@{
                    Name = [string]$planned.Name; Path = [string]$planned.Path; Disks = $drives; Adapters = $adapters
                    Incompatibilities = $problems
                }
                foreach ($drive in $drives) { if ($found.DiskFolder) { $disks[$drive.Path] = $true } }
                $null = Remove-PlannedVM -Id ([string]$planned.Id) -ErrorAction Stop
            } catch {
                $found.Error = [string]$_
                $found.Report = $null
            }
        }
        $inFolder = @($disks.Keys | Microsoft.PowerShell.Core\Where-Object {
                $_.Substring(0, $_.LastIndexOf('\')) -eq $found.DiskFolder -and (Microsoft.PowerShell.Management\Test-Path -LiteralPath $_)
            } | Microsoft.PowerShell.Utility\Sort-Object)
        $found.Occupied = @(foreach ($path in $inFolder) {
                $item = Microsoft.PowerShell.Management\Get-Item -LiteralPath $path -Force -ErrorAction Stop
                [pscustomobject]@{ Path = $path; Length = if (-not $item.PSIsContainer) { [long]$item.Length } else { [long]0 } }
            })
        $found
    }
}

function New-PlannedVM {
    <#
    .SYNOPSIS
    Plans a virtual machine that is to be imported, marked in its notes as one of this collection and with its name.
    .PARAMETER Path
    The configuration file.
    .PARAMETER Mode
    register, restore or copy.
    .PARAMETER Mark
    Line for the notes; another line of its kind goes.
    .PARAMETER Incompatibilities
    How many there were when the plan was made. With another number nothing is left planned, and the call ends with the error ImportChanged.
    .PARAMETER Name
    Name for the virtual machine; left out, it keeps its own.
    .OUTPUTS
    The report of Compare-VM.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [ValidateSet('register', 'restore', 'copy')] [string] $Mode,
        [Parameter(Mandatory)] [string] $Mark,
        [Parameter(Mandatory)] [int] $Incompatibilities,
        [string] $Name,
        [string] $VirtualMachinePath,
        [string] $VhdDestinationPath,
        [string] $SnapshotFilePath,
        [string] $SmartPagingFilePath,
        [string] $VhdSourcePath
    )

    $arguments = Get-ImportArgument -Path $Path -Mode $Mode -Place $PSBoundParameters
    $report = Hyper-V\Compare-VM @arguments -ErrorAction Stop
    $count = @($report.Incompatibilities | Microsoft.PowerShell.Core\Where-Object { $_ }).Count
    if ($count -ne $Incompatibilities) {
        $null = Remove-PlannedVM -Id ([string]$report.VM.Id) -ErrorAction SilentlyContinue
        $text = "$count things keep it from being imported, not $Incompatibilities as when the plan was made."
        $PSCmdlet.ThrowTerminatingError([Management.Automation.ErrorRecord]::new(
                [InvalidOperationException]::new($text), 'ImportChanged', 'InvalidOperation', $Path))
    }
    try {
        $lines = @(([string]$report.VM.Notes).TrimEnd() -split '\r?\n' | Microsoft.PowerShell.Core\Where-Object {
                -not $_.StartsWith('[datacenter.hyperv import] ', [StringComparison]::Ordinal)
            })
        $text = (@($lines) + $Mark) -join "`r`n"
        Hyper-V\Set-VM -VM $report.VM -Notes $text.TrimStart() -ErrorAction Stop
        if ($Name) { Hyper-V\Rename-VM -VM $report.VM -NewName $Name -ErrorAction Stop }
    } catch {
        $null = Remove-PlannedVM -Id ([string]$report.VM.Id) -ErrorAction SilentlyContinue
        throw
    }
    $report
}

function Remove-PlannedVM {
    <#
    .SYNOPSIS
    Removes planned virtual machines. What is not planned is never touched, and no file either.
    .PARAMETER Id
    Their ids; one that is not there is no error.
    .PARAMETER WaitSeconds
    How long the host may take to remove each; one that is still there then is the error PlannedVMNotRemoved.
    .OUTPUTS
    Id of each that was removed.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string[]] $Id, [int] $WaitSeconds = 60)

    $cim = @{ Namespace = 'root/virtualization/v2'; ErrorAction = 'Stop' }
    foreach ($name in $Id) {
        $query = "SELECT * FROM Msvm_PlannedComputerSystem WHERE Name = '$(([guid]$name).ToString().ToUpperInvariant())'"
        $system = CimCmdlets\Get-CimInstance @cim -Query $query
        if (-not $system) { continue }
        $service = CimCmdlets\Get-CimInstance @cim -ClassName Msvm_VirtualSystemManagementService
        $answer = CimCmdlets\Invoke-CimMethod -InputObject $service -MethodName DestroySystem -Arguments @{ AffectedSystem = $system } -ErrorAction Stop
        # done, or a job has begun: it is judged by what comes of it, for it may also end with warnings
        $why = [string]$answer.ReturnValue
        for ($left = $WaitSeconds; $why -in '0', '4096' -and $left -ge 0; $left--) {
            if (-not (CimCmdlets\Get-CimInstance @cim -Query $query)) { $why = $null }
            elseif ($left) { Microsoft.PowerShell.Utility\Start-Sleep -Seconds 1 }
            else { $why = "it is still there after $WaitSeconds seconds" }
        }
        if ($why) {
            $PSCmdlet.ThrowTerminatingError([Management.Automation.ErrorRecord]::new(
                    [InvalidOperationException]::new("The planned virtual machine $name was not removed: $why."), 'PlannedVMNotRemoved',
                    'InvalidOperation', $name))
        }
        [pscustomobject]@{ Id = [guid]$name }
    }
}
