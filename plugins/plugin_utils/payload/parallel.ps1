# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Lanes side by side (docs/batch.md, "parallel"). Sent only with a batch that asks for it.

# Runs all steps: neighbours that have lanes side by side, every other one alone. Gives the JSON of all, in their order.
function Invoke-Lanes {
    $workers = $List::new()
    $group = $List::new()
    try {
        foreach ($step in $request['steps']) {
            if ($null -ne $step['lane']) { $group.Add($step); continue }
            if ($group.Count) { Invoke-LaneGroup $group $workers; $group.Clear() }
            Invoke-Steps @($step)
        }
        if ($group.Count) { Invoke-LaneGroup $group $workers }
    } finally {
        foreach ($worker in $workers) { $worker.Dispose() }
    }
}

function Invoke-LaneGroup($Steps, $Workers) {
    $lanes = [ordered]@{}
    foreach ($step in $Steps) {
        if (-not $lanes.Contains($step['lane'])) { $lanes[$step['lane']] = $List::new() }
        $lanes[$step['lane']].Add($step)
    }
    $queue = [Collections.Concurrent.ConcurrentQueue[object]]::new()
    foreach ($lane in $lanes.Values) { $queue.Enqueue($lane) }
    $answers = [Collections.Concurrent.ConcurrentDictionary[string, object]]::new()
    $share = @{ request = $request; run = $run; clock = $clock; queue = $queue; answers = $answers; functions = $functions }
    $wanted = [Math]::Min([int]$request['parallel'], $lanes.Count)
    while ($Workers.Count -lt $wanted) {
        $worker = [powershell]::Create()
        $worker.Runspace = [runspacefactory]::CreateRunspace()
        $worker.Runspace.Open()
        $Workers.Add($worker)
    }
    $running = foreach ($worker in $Workers.GetRange(0, $wanted)) {
        $worker.Commands.Clear()
        $null = $worker.AddScript($whole.ToString(), $true).AddParameter('Worker', $share)
        @{ Worker = $worker; Call = $worker.BeginInvoke(); Said = $worker.Streams.Progress.Count }
    }
    # in short waits, between which this runspace can be stopped
    do {
        $open = @(foreach ($entry in $running) { if (-not $entry.Call.IsCompleted) { $entry.Call.AsyncWaitHandle } })
        if ($open) { $null = [Threading.WaitHandle]::WaitAny([Threading.WaitHandle[]]$open, 500) }
        foreach ($entry in $running) {
            # what lanes say about their progress, as if it were said here
            $said = $entry.Worker.Streams.Progress
            for (; $entry.Said -lt $said.Count; $entry.Said++) {
                $record = $said[$entry.Said]
                $words = @{ Activity = $record.Activity; Status = $record.StatusDescription; PercentComplete = $record.PercentComplete }
                if ($request['progress']) { Microsoft.PowerShell.Utility\Write-Progress @words }
            }
        }
    } while ($open)
    foreach ($entry in $running) { $null = $entry.Worker.EndInvoke($entry.Call) }
    foreach ($step in $Steps) {
        $id = $step['id']
        $answer = $answers[$id]
        $answer.json
        if ($answer.ContainsKey('objects')) { $run.outputs[$id] = $answer.objects } else { $null = $run.lost.Add($id) }
        if ($answer.error -and -not $run.error) { $run.error = $answer.error }
        if ($answer.failed) { $null = $run.lanes.Add($step['lane']) }
    }
}

# What a worker does: takes lane after lane, each with the outputs that were there before all of them.
function Invoke-Worker {
    $whole = $Worker.run
    $request = $Worker.request
    $clock = $Worker.clock
    if ($request['progress']) { $ProgressPreference = 'Continue' }
    # commands belong to the runspace that found them
    if (-not $global:DatacenterHypervCommands) { $global:DatacenterHypervCommands = @{} }
    $lane = $null
    while ($Worker.queue.TryDequeue([ref]$lane)) {
        $run = @{ commands = $global:DatacenterHypervCommands; outputs = $Table::new($whole.outputs) }
        foreach ($name in 'indexes', 'all', 'hide', 'deadline') { $run[$name] = $whole[$name] }
        foreach ($name in 'lost', 'lanes') { $run[$name] = $TextSet::new($whole[$name], $Ordinal) }
        foreach ($step in $lane) {
            $run.error = $null
            $answer = @{ json = [string](Invoke-Steps @($step)); error = $run.error; failed = $run.lanes.Contains($step['lane']) }
            if ($run.outputs.ContainsKey($step['id'])) { $answer.objects = $run.outputs[$step['id']] }
            $Worker.answers[$step['id']] = $answer
        }
    }
}
