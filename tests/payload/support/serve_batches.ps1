# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
<#
.SYNOPSIS
Answers batches one after the other, each in a runspace of its own, so that a test does not wait for a process.
.DESCRIPTION
Reads lines of JSON {"script", "input", "before"} in Base64, runs script over the lines of input as PowerShell remoting would,
after the preparation `before` in the same runspace, and answers with a line of Base64: the output, line by line.
#>
$ErrorActionPreference = 'Stop'
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $request = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($line)) | ConvertFrom-Json
    $runspace = [runspacefactory]::CreateRunspace()
    $runspace.Open()
    try {
        if ($request.before) {
            $first = [powershell]::Create()
            $first.Runspace = $runspace
            $null = $first.AddScript($request.before).Invoke()
            $first.Dispose()
        }
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        $null = $shell.AddScript($request.script)
        $pipe = [Management.Automation.PSDataCollection[string]]::new()
        foreach ($text in $request.input.Split("`n")) { $pipe.Add($text) }
        $pipe.Complete()
        $console = [Console]::Out
        $noise = [IO.StringWriter]::new()
        [Console]::SetOut($noise)
        try {
            $output = @($shell.Invoke($pipe)) -join "`n"
        } catch {
            $output = "failed: $_"
        } finally {
            [Console]::SetOut($console)
        }
        $output = $noise.ToString() + $output
        foreach ($problem in $shell.Streams.Error) { $output += "`nerror: $problem" }
        $shell.Dispose()
    } finally {
        $runspace.Dispose()
    }
    [Console]::Out.WriteLine([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($output)))
    [Console]::Out.Flush()
}
