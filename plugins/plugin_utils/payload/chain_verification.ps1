# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Test-DiskChain {
    <#
    .SYNOPSIS
    Verifies that virtual disk files can be opened with all their parents: one Test-VHD for each file whose chain is whole.
    .PARAMETER Path
    Full paths of disk files. Text is exact, never a pattern.
    .OUTPUTS
    For each path whose chain is not whole: Path, File (the lowest file of the chain that cannot be opened with its parents),
    ParentPath (that file's parent), ParentExists, Beside (a file of the parent's name in the directory of the file), Error
    (text), ErrorId, HResult. Nothing for chains that are whole.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string[]] $Path)

    $ignoreCase = [StringComparer]::OrdinalIgnoreCase
    foreach ($file in [Collections.Generic.HashSet[string]]::new($Path, $ignoreCase)) {
        $broken = $null
        $seen = [Collections.Generic.HashSet[string]]::new($ignoreCase)
        for ($next = $file; $next -and $seen.Add($next); $next = $broken.ParentPath) {
            $failure = $null
            $whole = $false
            $parent = $null
            # "[" makes a path a pattern: such a path is tried escaped, too
            $forms = @($next)
            if ($next.IndexOf([char]'[') -ge 0) { $forms += [Management.Automation.WildcardPattern]::Escape($next) }
            foreach ($form in $forms) {
                if ($whole) { break }
                try {
                    $whole = [bool]@(Hyper-V\Test-VHD -Path $form -ErrorAction Stop)[0]
                } catch {
                    $failure = $_
                }
                if ($whole) { break }
                try {
                    foreach ($disk in @(Hyper-V\Get-VHD -Path $form -ErrorAction Stop)) { $parent = $disk.ParentPath }
                } catch {
                    $null = $_  # the error of Test-VHD says it
                }
            }
            if ($whole) { break }
            $broken = [pscustomobject]@{
                Path = $file; File = $next; ParentPath = $null; ParentExists = $null; Beside = $null
                Error = [string]$failure; ErrorId = $null; HResult = $null
            }
            if ($failure) {
                $broken.ErrorId = $failure.FullyQualifiedErrorId
                $broken.HResult = Get-HResult $failure
            }
            if (-not $parent) { break }
            $broken.ParentPath = $parent
            $broken.ParentExists = Microsoft.PowerShell.Management\Test-Path -LiteralPath $parent
            if (-not $broken.ParentExists) {
                $beside = $next.Substring(0, $next.LastIndexOf([char]'\') + 1) + $parent.Substring($parent.LastIndexOf([char]'\') + 1)
                if (Microsoft.PowerShell.Management\Test-Path -LiteralPath $beside) { $broken.Beside = $beside }
                break
            }
        }
        if ($broken) { $broken }
    }
}
