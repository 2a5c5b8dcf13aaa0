# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

function Get-ExportFolder {
    <#
    .SYNOPSIS
    Reads what is at the places of exports. A place on a share that does not answer is the error ShareUnreachable.
    .PARAMETER Path
    Full paths of folders or small files. Text is exact, never a pattern.
    .PARAMETER Sized
    Those of the paths whose files are listed although there is no manifest.
    .OUTPUTS
    For each path, in order: Path, Exists, IsFolder, Names (of what is in a folder), Text (of a small file, or of a folder's manifest),
    Files (where there is a manifest, and in Sized: Path below the folder and Length of every file).
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string[]] $Path, [string[]] $Sized = @())

    foreach ($place in $Path) {
        $item = if (Microsoft.PowerShell.Management\Test-Path -LiteralPath $place) {
            Microsoft.PowerShell.Management\Get-Item -LiteralPath $place -Force -ErrorAction Stop
        }
        if (-not $item -and ($share = Get-SilentShare -Path $place)) {
            $PSCmdlet.ThrowTerminatingError([Management.Automation.ErrorRecord]::new(
                    [IO.IOException]::new("The share $share does not answer this session, so what is at $place is not known."), 'ShareUnreachable',
                    'ResourceUnavailable', $place))
        }
        $names = $files = @()
        $textFile = $null
        if ($item -and $item.PSIsContainer) {
            $names = @(foreach ($child in @(Microsoft.PowerShell.Management\Get-ChildItem -LiteralPath $place -Force -ErrorAction Stop)) { $child.Name })
            if ($names -contains 'datacenter.hyperv.json') { $textFile = "$place\datacenter.hyperv.json" }
        } elseif ($item -and $item.Length -le 65536) {
            $textFile = $place
        }
        $text = if ($textFile) { [string](Microsoft.PowerShell.Management\Get-Content -LiteralPath $textFile -Raw -ErrorAction Stop) }
        if ($item.PSIsContainer -and ($textFile -or $Sized -contains $place)) {
            $cut = $item.FullName.TrimEnd('\').Length + 1
            $files = @(foreach ($file in @(Microsoft.PowerShell.Management\Get-ChildItem -LiteralPath $place -Recurse -Force -ErrorAction Stop)) {
                    if (-not $file.PSIsContainer) { [pscustomobject]@{ Path = $file.FullName.Substring($cut); Length = [long]$file.Length } }
                })
        }
        [pscustomobject]@{
            Path = $place; Exists = [bool]$item; IsFolder = [bool]($item -and $item.PSIsContainer); Names = $names; Text = $text; Files = $files
        }
    }
}

function Get-FileStamp {
    <#
    .SYNOPSIS
    Reads lengths and times of last write, without opening the files.
    .PARAMETER File
    Full paths of files. Text is exact, never a pattern.
    .PARAMETER VM
    Virtual machines, whose configuration files are meant.
    .OUTPUTS
    VMId (of a configuration file), Path, Exists, Length, Changed (Windows file time, 100 ns since 1601).
    #>
    [CmdletBinding()]
    param([string[]] $File = @(), [object[]] $VM = @())

    $wanted = @(foreach ($path in $File) { , @($null, @($path)) }) + @(foreach ($machine in $VM) {
            $name = ([guid]$machine.Id).ToString().ToUpperInvariant()
            $folder = $machine.ConfigurationLocation.TrimEnd('\')
            , @($machine.Id, @("$folder\Virtual Machines\$name.vmcx", "$folder\Virtual Machines\$name.xml", "$folder\$name.vmcx"))
        })
    foreach ($entry in $wanted) {
        $item = $null
        foreach ($path in $entry[1]) {
            if (-not $item -and (Microsoft.PowerShell.Management\Test-Path -LiteralPath $path)) {
                $item = Microsoft.PowerShell.Management\Get-Item -LiteralPath $path -Force -ErrorAction Stop
            }
        }
        [pscustomobject]@{
            VMId = $entry[0]; Path = if ($item) { $item.FullName } else { $entry[1][0] }; Exists = [bool]$item
            Length = if ($item) { [long]$item.Length }; Changed = if ($item) { $item.LastWriteTimeUtc.ToFileTimeUtc() }
        }
    }
}

function Complete-VMExport {
    <#
    .SYNOPSIS
    Writes the manifest of an export that is whole: the last file of it.
    .PARAMETER Path
    The folder that Export-VM made.
    .PARAMETER Marker
    The file that was written when the export began; its time of last write is the export's.
    .PARAMETER Source
    What was exported, as JSON in ASCII; it goes into the manifest as it is.
    .OUTPUTS
    Path of the manifest, Bytes of all files.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Path, [Parameter(Mandatory)] [string] $Marker, [Parameter(Mandatory)] [string] $Source)

    $root = (Microsoft.PowerShell.Management\Get-Item -LiteralPath $Path -Force -ErrorAction Stop).FullName.TrimEnd('\')
    $started = (Microsoft.PowerShell.Management\Get-Item -LiteralPath $Marker -Force -ErrorAction Stop).LastWriteTimeUtc
    $bytes = [long]0
    [object[]] $files = @(foreach ($file in @(Microsoft.PowerShell.Management\Get-ChildItem -LiteralPath $root -Recurse -Force -ErrorAction Stop)) {
            if ($file.PSIsContainer) { continue }
            $bytes += $file.Length
            [pscustomobject]@{ path = $file.FullName.Substring($root.Length + 1); length = [long]$file.Length }
        })
    $list = Microsoft.PowerShell.Utility\ConvertTo-Json -InputObject $files -Compress
    $list = [regex]::Replace($list, '[^\x00-\x7F]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
    $time = $started.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    $manifest = '{"kind":"datacenter.hyperv export","format":1,"started":"' + $time + '","bytes":' + $bytes + ',"files":' + $list + ',"source":' + $Source + '}'
    $null = Microsoft.PowerShell.Management\New-Item -Path "$root\datacenter.hyperv.json" -ItemType File -Value $manifest -Force -ErrorAction Stop
    [pscustomobject]@{ Path = "$root\datacenter.hyperv.json"; Bytes = $bytes }
}
