# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Get-DependentDisk {
    <#
    .SYNOPSIS
    Where a disk file is to grow, tells on what the disks of all virtual machines and the files beside it build.
    .DESCRIPTION
    Growing a file breaks the disks that build on it. To look at them takes opening every disk of the host, so that is done only when
    one of the files is there and smaller than declared.
    .PARAMETER Chain
    What Get-DiskChain said about the files.
    .PARAMETER File
    Full paths of the files.
    .PARAMETER Size
    Bytes that each of them is to have.
    .OUTPUTS
    Nothing when no file grows. Otherwise for each disk of a virtual machine or checkpoint, and for each disk file beside one that grows:
    Path, VMName and Checkpoint (of drives), Exists, Parents (paths of all files that it builds on), Error.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object[]] $Chain, [Parameter(Mandatory)] [string[]] $File, [Parameter(Mandatory)] [long[]] $Size)

    $ignoreCase = [StringComparer]::OrdinalIgnoreCase
    $folders = [Collections.Generic.HashSet[string]]::new($ignoreCase)
    foreach ($known in $Chain) {
        if (-not $known.Links) { continue }
        for ($number = 0; $number -lt $File.Count; $number++) {
            if ($ignoreCase.Equals($known.Path, $File[$number]) -and $known.Links[0].Size -lt $Size[$number]) { $null = $folders.Add($known.Directory) }
        }
    }
    if (-not $folders.Count) { return }
    $owners = [Collections.Generic.Dictionary[string, object]]::new($ignoreCase)
    if ($machines = @(Hyper-V\Get-VM -ErrorAction Stop)) {
        foreach ($drive in @(Hyper-V\Get-VMHardDiskDrive -VM $machines -ErrorAction Stop)) {
            if ($drive.Path -and $null -eq $drive.DiskNumber) { $owners[$drive.Path] = @($drive.VMName, $null) }
        }
        foreach ($checkpoint in @(Hyper-V\Get-VMSnapshot -VM $machines -ErrorAction Stop)) {
            foreach ($drive in $checkpoint.HardDrives) {
                if ($drive.Path -and $null -eq $drive.DiskNumber -and -not $owners.ContainsKey($drive.Path)) {
                    $owners[$drive.Path] = @($checkpoint.VMName, $checkpoint.Name)
                }
            }
        }
    }
    foreach ($item in @(Microsoft.PowerShell.Management\Get-ChildItem -LiteralPath @($folders) -ErrorAction Stop)) {
        if ($item.Extension -in '.vhd', '.vhdx', '.avhd', '.avhdx' -and -not $owners.ContainsKey($item.FullName)) {
            $owners[$item.FullName] = @($null, $null)
        }
    }
    foreach ($found in @(Get-DiskChain -Path @($owners.Keys))) {
        $owner = $owners[$found.Path]
        [pscustomobject]@{
            Path = $found.Path; VMName = $owner[0]; Checkpoint = $owner[1]; Exists = $found.Exists; Error = $found.Error
            Parents = @($found.Links | Microsoft.PowerShell.Utility\Select-Object -Skip 1 | Microsoft.PowerShell.Core\ForEach-Object { $_.Path })
        }
    }
}
