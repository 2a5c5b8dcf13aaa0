#!powershell

# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

#Requires -Version 5.1

# Does with a module option what payload/bootstrap.ps1 does with its input. No C# utility: compiling one takes longer than the batch.
# A job of `async` has the option _result too: the result that the plan foretells, which it gives unless a step fails.

function Read-Reply([string] $Line) {
    $body = $Line.Substring($Line.IndexOf(':') + 1)
    if ($body.StartsWith('gzip:', 'Ordinal')) {
        $packed = [IO.MemoryStream]::new([Convert]::FromBase64String($body.Substring(5)))
        $body = [IO.StreamReader]::new([IO.Compression.GZipStream]::new($packed, [IO.Compression.CompressionMode]'Decompress')).ReadToEnd()
    }
    $body | ConvertFrom-Json
}

function Get-JobResult([string] $Line, [string] $Forecast) {
    if (-not $Line) { return [ordered]@{ failed = $true; changed = $false; msg = 'the batch gave no reply' } | ConvertTo-Json -Compress }
    $reply = Read-Reply $Line
    $operation = $reply.steps | Where-Object { $_.id -ceq 'operation' } | ForEach-Object { $_.rows } | Select-Object -First 1
    if ($reply.ok -and $operation) {
        if ($operation.state -cne 'finished') {
            $problem = if ($operation.state -ceq 'running') { "the operation has not ended in the job's time; the host goes on with it" }
            elseif ($operation.reply) { "the operation ended without an answer: $($operation.reply)" }
            else { 'the operation ended without an answer; the host may have been restarted' }
            return [ordered]@{ failed = $true; changed = $true; msg = $problem } | ConvertTo-Json -Compress
        }
        $reply = Read-Reply $operation.reply
    }
    if ($reply.ok) { return $Forecast }
    $message = [string]$reply.error.message
    $plan = @(($Forecast | ConvertFrom-Json).plan)
    $steps = @($reply.steps)
    for ($index = 0; $index -lt $plan.Count -and $index -lt $steps.Count; $index++) {
        if ($steps[$index].id -ceq $reply.error.step) { $message = "$($plan[$index].target): $($plan[$index].reasons -join '; '): $message" }
    }
    $done = @($steps | Where-Object { $_.status -ceq 'done' }).Count
    $message += if ($done) { " ($done of $($steps.Count) steps were done before.)" } else { ' (Nothing was changed.)' }
    [ordered]@{ failed = $true; changed = [bool]$done; msg = $message; error = $reply.error } | ConvertTo-Json -Compress -Depth 4
}

$text = [string]$complex_args['_batch']
$mark = '#datacenter.hyperv batch:'
$cut = $text.IndexOf($mark, [StringComparison]::Ordinal)
if ($cut -lt 0) {
    '{"failed": true, "changed": false, "msg": "datacenter.hyperv.batch carries the batches of the other modules. It is not for playbooks."}'
    return
}
$reply = ''
foreach ($line in & ([ScriptBlock]::Create($text.Substring(0, $cut))) $text.Substring($cut + $mark.Length)) {
    if ([string]$line -clike '#datacenter.hyperv reply *') { $reply = [string]$line }
}
if ($complex_args['_result']) {
    Get-JobResult $reply ([string]$complex_args['_result'])
    return
}
'{"changed": false, "reply": "' + $reply.Replace('\', '\\').Replace('"', '\"') + '"}'
