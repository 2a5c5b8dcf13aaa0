# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Get-CompactedSize {
    <#
    .SYNOPSIS
    Reads what Compress-Disk noted beside virtual disk files.
    .PARAMETER Path
    Full paths of disk files.
    .OUTPUTS
    For each path, in order: Path, FileSize (bytes after the last compaction, null if there was none) and Interrupted (whether
    a compaction began and did not end).
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string[]] $Path)

    foreach ($file in $Path) {
        $text = ''
        if (Microsoft.PowerShell.Management\Test-Path -LiteralPath "$file.compacted") {
            $text = ([string](Microsoft.PowerShell.Management\Get-Content -LiteralPath "$file.compacted" -Raw -ErrorAction Stop)).Trim()
        }
        $size = [long]0
        [pscustomobject]@{
            Path = $file; FileSize = $(if ([long]::TryParse($text, [ref]$size)) { $size }); Interrupted = $text -ceq 'compacting'
        }
    }
}

function Compress-Disk {
    <#
    .SYNOPSIS
    Compacts a virtual disk file (Optimize-VHD), mounted read-only where its mode looks into the file system, and notes its size.
    A VHD Set is optimised instead (Optimize-VHDSet).
    .PARAMETER Path
    Full path of the disk file.
    .PARAMETER Mode
    Mode of Optimize-VHD; Optimize-VHDSet has none.
    .OUTPUTS
    The disk, as Get-VHD shows it afterwards.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [ValidateSet('Full', 'Quick', 'Retrim', 'Pretrimmed', 'Prezeroed')] [string] $Mode = 'Full'
    )

    $isSet = $Path.EndsWith('.vhds', [StringComparison]::OrdinalIgnoreCase)
    $mounts = -not $isSet -and $Mode -in 'Full', 'Quick', 'Retrim'
    if ($mounts) {
        # a process that is killed leaves its mount: the note lets the next run know whose it is
        if ($null -ne (Hyper-V\Get-VHD -Path $Path -ErrorAction Stop).DiskNumber) { Hyper-V\Dismount-VHD -Path $Path -ErrorAction Stop }
        Microsoft.PowerShell.Management\Set-Content -LiteralPath "$Path.compacted" -Value 'compacting' -ErrorAction Stop
        Hyper-V\Mount-VHD -Path $Path -ReadOnly -NoDriveLetter -ErrorAction Stop
    }
    try {
        if ($isSet) { Hyper-V\Optimize-VHDSet -Path $Path -ErrorAction Stop }
        else { Hyper-V\Optimize-VHD -Path $Path -Mode $Mode -ErrorAction Stop }
    } finally {
        if ($mounts) { Hyper-V\Dismount-VHD -Path $Path -ErrorAction Stop }
    }
    $disk = Hyper-V\Get-VHD -Path $Path -ErrorAction Stop
    Microsoft.PowerShell.Management\Set-Content -LiteralPath "$Path.compacted" -Value ([string]$disk.FileSize) -ErrorAction Stop
    $disk
}
