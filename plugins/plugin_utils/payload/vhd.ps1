# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Get-SilentShare {
    <#
    .SYNOPSIS
    Tells for paths at which nothing was found whether their share does not answer.
    .DESCRIPTION
    Without rights beyond the host (the second hop) Test-Path says of everything on a share that it is not there. A share answers
    when it, or a folder above one of the paths, is there.
    .PARAMETER Path
    Full paths; those that are on no share do not count.
    .OUTPUTS
    The shares that do not answer: \\server\share.
    #>
    [CmdletBinding()]
    param([string[]] $Path = @())

    $answers = [Collections.Generic.Dictionary[string, bool]]::new([StringComparer]::OrdinalIgnoreCase)
    $asked = [Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
    foreach ($file in $Path) {
        if ($file -notmatch '^\\\\(?![?.]\\)[^\\]+\\[^\\]+') { continue }
        $share = $Matches[0]
        if (-not $answers.ContainsKey($share)) { $answers[$share] = $false }
        for ($at = $file; -not $answers[$share] -and $at.Length -gt $share.Length; ) {
            $at = $at.Substring(0, [Math]::Max($at.LastIndexOf([char]'\'), $share.Length))
            if ($asked.Add($at)) { $answers[$share] = [bool](Microsoft.PowerShell.Management\Test-Path -LiteralPath $at -ErrorAction SilentlyContinue) }
        }
    }
    foreach ($share in @($answers.Keys)) { if (-not $answers[$share]) { $share } }
}

function Get-DiskChain {
    <#
    .SYNOPSIS
    Reads virtual disk files and their parents: for all paths one Get-VHD per level.
    .PARAMETER Path
    Full paths of disk files. Text is exact, never a pattern.
    .PARAMETER RetrySeconds
    How long files that another program has open (0x80070020) are tried again, all together.
    .OUTPUTS
    A file on a share that does not answer counts as one that is there and cannot be read (0x80070035), unless Get-VHD can read it.
    For each path, in order: Path, Exists, Directory, DirectoryExists, Links (the file, its parent, the parent's parent) and, when a
    file that is there cannot be read, Error (text), ErrorId, HResult. A link has Path, Exists, ParentPath and the properties
    of Get-VHD; a parent that is missing is a link that does not exist. A chain that comes back to itself ends there.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string[]] $Path, [int] $RetrySeconds = 0)

    $ignoreCase = [StringComparer]::OrdinalIgnoreCase
    $until = [DateTime]::UtcNow.AddSeconds($RetrySeconds)
    $links = [Collections.Generic.Dictionary[string, object]]::new($ignoreCase)
    $names = 'VhdFormat', 'VhdType', 'Size', 'FileSize', 'MinimumSize', 'BlockSize', 'LogicalSectorSize', 'PhysicalSectorSize',
        'Attached', 'DiskNumber', 'DiskIdentifier'
    $level = @([Collections.Generic.HashSet[string]]::new($Path, $ignoreCase))
    while ($level) {
        $there = @(Microsoft.PowerShell.Management\Test-Path -LiteralPath $level)
        $missing = @(for ($number = 0; $number -lt $level.Count; $number++) { if (-not $there[$number]) { $level[$number] } })
        $silent = @(Get-SilentShare -Path $missing)
        for ($number = 0; $number -lt $level.Count; $number++) {
            foreach ($share in $silent) {
                if ($level[$number].StartsWith("$share\", [StringComparison]::OrdinalIgnoreCase)) { $there[$number] = $true }
            }
        }
        $toRead = [Collections.Generic.List[string]]::new()
        for ($number = 0; $number -lt $level.Count; $number++) {
            $links[$level[$number]] = [pscustomobject]@{
                Path = $level[$number]; Exists = $there[$number]; ParentPath = $null; VhdFormat = $null; VhdType = $null; Size = $null
                FileSize = $null; MinimumSize = $null; BlockSize = $null; LogicalSectorSize = $null; PhysicalSectorSize = $null
                Attached = $null; DiskNumber = $null; DiskIdentifier = $null; Error = $null; ErrorId = $null; HResult = $null
            }
            if ($there[$number]) { $toRead.Add($level[$number]) }
        }
        $disks = [Collections.Generic.Dictionary[string, object]]::new($ignoreCase)
        # "[" makes a path a pattern: such a path is read by itself
        $plain = @($toRead | Microsoft.PowerShell.Core\Where-Object { $_.IndexOf([char]'[') -lt 0 })
        try {
            if ($plain) {
                foreach ($disk in @(Hyper-V\Get-VHD -Path $plain -ErrorAction Continue 2>&1)) {
                    if ($disk -isnot [Management.Automation.ErrorRecord]) { $disks[$disk.Path] = $disk }
                }
            }
        } catch {
            $null = $_  # which file it was shows below
        }
        $level = @(foreach ($file in $toRead) {
                $link = $links[$file]
                while ($true) {
                    # by itself once more, for the error that is this file's own
                    $link.Error = $link.ErrorId = $link.HResult = $null
                    foreach ($form in @($file, [Management.Automation.WildcardPattern]::Escape($file))) {
                        if ($disks.ContainsKey($file)) { break }
                        try {
                            foreach ($disk in @(Hyper-V\Get-VHD -Path $form -ErrorAction Stop)) { $disks[$disk.Path] = $disk }
                        } catch {
                            # a path that was taken for a pattern is not found, which says least
                            if ($link.Error -and $link.ErrorId -notlike 'InvalidParameter,*') { continue }
                            $link.Error = [string]$_
                            $link.ErrorId = $_.FullyQualifiedErrorId
                            $link.HResult = Get-HResult $_
                        }
                    }
                    if ($disks.ContainsKey($file) -or $link.HResult -ne -2147024864 -or [DateTime]::UtcNow -ge $until) { break }
                    Microsoft.PowerShell.Utility\Start-Sleep -Seconds 1
                }
                if (-not $disks.ContainsKey($file)) {
                    if (-not $link.Error) { $link.Error = "Get-VHD gave nothing for $file" }
                    foreach ($share in $silent) {
                        if ($file.StartsWith("$share\", [StringComparison]::OrdinalIgnoreCase)) {
                            $link.Error = "the share $share does not answer this session"
                            $link.ErrorId = 'ShareUnreachable'
                            $link.HResult = -2147024843
                        }
                    }
                    continue
                }
                $link.Error = $link.ErrorId = $link.HResult = $null
                foreach ($name in $names) { $link.$name = $disks[$file].$name }
                if ($disks[$file].ParentPath) {
                    $link.ParentPath = $disks[$file].ParentPath
                    if (-not $links.ContainsKey($link.ParentPath)) { $link.ParentPath }
                }
            })
        $level = @([Collections.Generic.HashSet[string]]::new([string[]]$level, $ignoreCase))
    }
    $directories = [Collections.Generic.Dictionary[string, object]]::new($ignoreCase)
    foreach ($file in $Path) {
        $cut = $file.LastIndexOf([char]'\')
        $directory = if ($cut -gt 2) { $file.Substring(0, $cut) } else { $file.Substring(0, $cut + 1) }
        if ($directory -and -not $directories.ContainsKey($directory)) {
            $directories[$directory] = Microsoft.PowerShell.Management\Test-Path -LiteralPath $directory
        }
        $chain = [Collections.Generic.List[object]]::new()
        $seen = [Collections.Generic.HashSet[string]]::new($ignoreCase)
        $first = $links[$file]
        for ($next = $file; $next -and $seen.Add($next); $next = $links[$next].ParentPath) { $chain.Add($links[$next]) }
        if (-not $first.Exists -or $first.Error) { $chain.Clear() }
        [pscustomobject]@{
            Path = $file; Exists = $first.Exists; Directory = $directory; DirectoryExists = $directories[$directory]
            Links = $chain.ToArray()
            Error = $first.Error; ErrorId = $first.ErrorId; HResult = $first.HResult
        }
    }
}
