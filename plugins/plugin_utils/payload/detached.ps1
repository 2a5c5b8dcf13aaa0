# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# A batch that outlives the connection (docs/batch.md, "Detached"). Windows ends what a closed WinRM shell started; a process that WMI
# starts belongs to no shell. What such a batch is and how far it is stands in a folder of its own.

function Get-OperationFolder {
    <#
    .SYNOPSIS
    Gives the folder of all operations, or of one; makes the former, for administrators only.
    #>
    param([string] $Id)

    $root = [IO.Path]::Combine((Get-DataFolder), 'operations')
    if (-not [IO.Directory]::Exists($root)) {
        $null = [IO.Directory]::CreateDirectory($root)
        # Where there is no Set-Acl there is no Windows.
        if ($ExecutionContext.InvokeCommand.GetCommand('Microsoft.PowerShell.Security\Set-Acl', 'Cmdlet')) {
            $rules = [Security.AccessControl.DirectorySecurity]::new()
            $rules.SetSecurityDescriptorSddlForm('D:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)')
            Microsoft.PowerShell.Security\Set-Acl -LiteralPath $root -AclObject $rules -ErrorAction Stop
        }
    }
    if ($Id) { [IO.Path]::Combine($root, $Id) } else { $root }
}

function Invoke-Operation {
    <#
    .SYNOPSIS
    Runs the batch of an operation's folder and notes its progress and its reply there. It is the whole of the detached process, so it
    uses nothing of what stands around it.
    #>
    param([string] $Folder)

    $ErrorActionPreference = 'Stop'
    $path = @{}
    foreach ($name in 'running', 'payload', 'batch', 'progress', 'draft', 'reply') { $path[$name] = [IO.Path]::Combine($Folder, $name) }
    $running = [IO.FileStream]::new($path.running, 'Create', 'ReadWrite', 'None')
    try {
        # From here on others may look whether the file is held: where .NET makes a file and locks it in two steps, a look between them
        # would find it free, and hold it when its owner wants to.
        [IO.File]::WriteAllText($path.progress, "`n-1`n")
        $shell = [powershell]::Create()
        $null = $shell.AddScript('param($Text, $Body) & ([scriptblock]::Create($Text)) $Body')
        $null = $shell.AddArgument([IO.File]::ReadAllText($path.payload)).AddArgument([IO.File]::ReadAllText($path.batch))
        $call = $shell.BeginInvoke()
        $records = $shell.Streams.Progress
        $seen = 0
        $step = $activity = ''
        $percent = -1
        $untold = $false
        do {
            $ended = $call.AsyncWaitHandle.WaitOne(250)
            $count = $records.Count
            for (; $seen -lt $count; $seen++) {
                $untold = $true
                $record = $records[$seen]
                if ($record.Activity -ceq 'datacenter.hyperv') { $step, $activity, $percent = $record.StatusDescription, '', -1 }
                else { $activity, $percent = $record.Activity, $record.PercentComplete }
            }
            if (-not $untold) { continue }
            # an activity may be in any language, and is only for people
            $lines = $step, $percent, [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($activity))
            # whoever reads the file at this moment keeps it from being written: the next round does it then
            try { [IO.File]::WriteAllText($path.progress, $lines -join "`n"); $untold = $false } catch { $null = $_ }
        } until ($ended)
        $reply = ''
        try {
            foreach ($line in $shell.EndInvoke($call)) { if ([string]$line -clike '#datacenter.hyperv reply *') { $reply = [string]$line } }
            if (-not $reply) { $reply = [string]$shell.Streams.Error }
        } catch {
            $reply = [string]$_
        }
        [IO.File]::WriteAllText($path.draft, $reply)
        [IO.File]::Move($path.draft, $path.reply)
    } finally {
        $running.Dispose()
    }
}

function Get-OperationState([string] $Folder) {
    if ([IO.File]::Exists([IO.Path]::Combine($Folder, 'reply'))) { return 'finished' }
    if (-not [IO.File]::Exists([IO.Path]::Combine($Folder, 'progress'))) {
        $age = [datetime]::UtcNow - [IO.Directory]::GetLastWriteTimeUtc($Folder)
        return $(if ($age.TotalSeconds -lt 120) { 'running' } else { 'lost' })
    }
    try { [IO.FileStream]::new([IO.Path]::Combine($Folder, 'running'), 'Open', 'ReadWrite', 'None').Dispose() } catch { return 'running' }
    # it may have ended between the two looks
    if ([IO.File]::Exists([IO.Path]::Combine($Folder, 'reply'))) { 'finished' } else { 'lost' }
}

function Get-Operation {
    <#
    .SYNOPSIS
    Tells of the operations that are under way, or that ended and were not collected.
    .PARAMETER Id
    Only this one, with its reply.
    .PARAMETER WaitSeconds
    How long to wait for its end.
    #>
    [CmdletBinding()]
    param([string] $Id, [double] $WaitSeconds)

    $folders = if ($Id) { Get-OperationFolder $Id } else { [IO.Directory]::GetDirectories((Get-OperationFolder)) }
    $until = [datetime]::UtcNow.AddSeconds($WaitSeconds)
    foreach ($folder in $folders) {
        $about = try { Read-Json ([IO.File]::ReadAllText([IO.Path]::Combine($folder, 'about'))) } catch { $null }
        if (-not $about) { continue }
        while ($true) {
            $state = Get-OperationState $folder
            if ($state -cne 'running' -or [datetime]::UtcNow -ge $until) { break }
            Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 100
        }
        $progress = @(try { [IO.File]::ReadAllText([IO.Path]::Combine($folder, 'progress')).Split("`n") } catch { $null = $_ })
        $activity = try { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($progress[2])) } catch { '' }
        $percent = try { [int]$progress[1] } catch { -1 }
        $reply = if ($Id -and $state -ceq 'finished') { [IO.File]::ReadAllText([IO.Path]::Combine($folder, 'reply')) }
        # what is no reply says why there is none
        if ($reply -and $reply -cnotlike '#datacenter.hyperv reply *') { $state = 'lost' }
        [pscustomobject]@{
            Id = $about['id']; Key = $about['key']; Title = $about['title']; Holder = $about['holder']; Targets = $about['targets'].ToArray()
            Started = $about['started']; State = $state; Step = [string]$progress[0]; Percent = $percent; Activity = $activity; Reply = $reply
        }
    }
}

function Start-Operation {
    <#
    .SYNOPSIS
    Runs a batch in a process of its own that no shell can end, and tells of it.
    .PARAMETER Body
    The batch, encoded. It stands in a file meanwhile and so has no secrets.
    .PARAMETER WaitSeconds
    How long to wait for its end.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Id,
        [Parameter(Mandatory)] [string] $Body,
        [string] $Key,
        [string] $Title,
        [string] $Holder,
        [string[]] $Targets,
        [double] $WaitSeconds
    )

    # Whoever started an operation has an hour to collect its reply.
    foreach ($old in [IO.Directory]::GetDirectories((Get-OperationFolder))) {
        $reply = [IO.Path]::Combine($old, 'reply')
        if ([IO.File]::Exists($reply) -and [IO.File]::GetLastWriteTimeUtc($reply) -lt [datetime]::UtcNow.AddHours(-1)) { [IO.Directory]::Delete($old, $true) }
    }
    $folder = [IO.Directory]::CreateDirectory((Get-OperationFolder $Id)).FullName
    $about = [ordered]@{ id = $Id; key = $Key; title = $Title; holder = $Holder; targets = $Targets; started = Get-Text ([datetime]::UtcNow) }
    $files = @{ about = Format-Json $about; payload = $whole.ToString(); batch = $Body; launch = ${function:Invoke-Operation}.ToString() }
    foreach ($name in $files.Keys) { [IO.File]::WriteAllText([IO.Path]::Combine($folder, $name), $files[$name]) }
    $quoted = $folder.Replace("'", "''")
    $script = "& ([scriptblock]::Create([IO.File]::ReadAllText([IO.Path]::Combine('$quoted', 'launch')))) '$quoted'"
    $program = [IO.Path]::Combine($PSHOME, $(if ($PSVersionTable.PSEdition -ceq 'Core') { 'pwsh.exe' } else { 'powershell.exe' }))
    $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script))
    $arguments = @{ CommandLine = "`"$program`" -NoProfile -NonInteractive -EncodedCommand $encoded" }
    $answer = CimCmdlets\Invoke-CimMethod -ClassName Win32_Process -MethodName Create -Arguments $arguments -ErrorAction Stop
    $until = [datetime]::UtcNow.AddSeconds(60)
    $begun = [IO.Path]::Combine($folder, 'progress')
    while (-not $answer.ReturnValue -and -not [IO.File]::Exists($begun) -and [datetime]::UtcNow -lt $until) {
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 50
    }
    if (-not [IO.File]::Exists($begun)) {
        [IO.Directory]::Delete($folder, $true)
        $problem = [InvalidOperationException]::new("Win32_Process.Create answered $($answer.ReturnValue), and no process began.")
        $PSCmdlet.ThrowTerminatingError([Management.Automation.ErrorRecord]::new($problem, 'OperationNotStarted', 'ResourceUnavailable', $program))
    }
    # others may have the host while this waits
    if ($run.lock) { $run.lock.Dispose() }
    $report = Get-Operation -Id $Id -WaitSeconds $WaitSeconds
    # the steps behind read what it makes, and would wait in vain for files that it has open
    if ($report.State -ceq 'running') { $run.all.stopped = $true }
    $report
}

function Remove-Operation {
    <#
    .SYNOPSIS
    Forgets an operation that ended.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string[]] $Id)

    foreach ($one in $Id) {
        $folder = Get-OperationFolder $one
        if ([IO.Directory]::Exists($folder) -and (Get-OperationState $folder) -cne 'running') { [IO.Directory]::Delete($folder, $true) }
    }
}
