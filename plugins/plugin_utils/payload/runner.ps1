# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
<#
.SYNOPSIS
Runs one batch (docs/batch.md) and puts out the reply, one line of ASCII. Windows PowerShell 5.1 and PowerShell 7.
.DESCRIPTION
Area files follow this text. With -Worker this is one of the runspaces that run lanes side by side (parallel.ps1). Text is compared
ordinally and formatted invariantly; nothing depends on culture, profile, console or the caller's preferences.
#>
param([string] $Body, $Worker)

Microsoft.PowerShell.Core\Set-StrictMode -Off
$ErrorActionPreference = 'Stop'
$ProgressPreference = $VerbosePreference = $DebugPreference = $InformationPreference = 'SilentlyContinue'
$WarningPreference = 'Continue'
$ConfirmPreference = 'None'
$WhatIfPreference = $false
$PSModuleAutoLoadingPreference = 'All'
$PSDefaultParameterValues = @{}
$OFS = ' '
$List = [Collections.Generic.List[object]]
$Table = [Collections.Generic.Dictionary[string, object]]
$TextSet = [Collections.Generic.HashSet[string]]
$Ordinal = [StringComparer]::Ordinal
$IgnoreCase = [StringComparer]::OrdinalIgnoreCase
$Invariant = [cultureinfo]::InvariantCulture
$NoText = "`0"
$ListKinds = @{ texts = 'text'; integers = 'integer'; guids = 'guid'; enums = 'enum'; objects = 'objects' }

# The built-in readers differ: 5.1's has a length limit (2,097,152 characters, sql-server-samples issue 348), 7's makes
# a DateTime of text that looks like one.
function Read-Json([string] $Text) {
    $stack = [Collections.Generic.Stack[object]]::new()
    $root = $top = $List::new()
    $key = $null
    foreach ($match in [regex]::Matches($Text, '[{}\[\]]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+')) {
        $token = $match.Value
        $first = $token[0]
        $inner = $null
        if ($first -eq '"') {
            $value = $token.Substring(1, $token.Length - 2)
            if ($value.IndexOf([char]92) -ge 0) { $value = [regex]::Unescape($value) }
            if ($null -eq $key -and $top -is $Table) { $key = $value; continue }
        } elseif ($first -eq '{') {
            $value = $inner = $Table::new()
        } elseif ($first -eq '[') {
            $value = $inner = $List::new()
        } elseif ($first -eq '}' -or $first -eq ']') {
            if (-not $stack.Count -or $null -ne $key -or ($first -eq '}') -ne ($top -is $Table)) { throw 'not balanced' }
            $top = $stack.Pop()
            continue
        } elseif ($token -cmatch '^-?[0-9][0-9.eE+-]*$') {
            $value = +$token
        } elseif ($token -cmatch '^(true|false|null)$') {
            $value = @{ true = $true; false = $false }[$token]
        } else {
            throw 'not JSON'
        }
        if ($top -is $List) {
            $top.Add($value)
        } else {
            if ($null -eq $key) { throw 'a value without a key' }
            $top.Add($key, $value)
            $key = $null
        }
        if ($null -ne $inner) {
            $stack.Push($top)
            $top = $inner
        }
    }
    if ($stack.Count -or $root.Count -ne 1) { throw 'not whole' }
    , $root[0]
}

function Format-Json($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [string]) {
        $text = $Value.Replace('\', '\\').Replace('"', '\"')
        if ($text -cmatch '[^ -~]') {
            $text = -join $(foreach ($c in $text.ToCharArray()) { if ($c -lt 32 -or $c -gt 126) { '\u{0:x4}' -f [int]$c } else { $c } })
        }
        return '"' + $text + '"'
    }
    if ($Value -is [bool]) { return $(if ($Value) { 'true' } else { 'false' }) }
    if ($Value -is [Collections.IDictionary]) {
        return '{' + ($(foreach ($e in $Value.GetEnumerator()) { (Format-Json $e.Key) + ':' + (Format-Json $e.Value) }) -join ',') + '}'
    }
    if ($Value -is [Collections.IEnumerable]) { return '[' + ($(foreach ($e in $Value) { Format-Json $e }) -join ',') + ']' }
    if ($Value -is [double]) { return $Value.ToString('R', $Invariant) }
    $Value.ToString($Invariant)
}

# ---- errors

function Stop-Run([string] $Kind, [string] $Message, $More) {
    $problem = [InvalidOperationException]::new($Message)
    $problem.Data['kind'] = $Kind
    $problem.Data['more'] = $More
    throw $problem
}

function Hide-Secret([string] $Text) {
    foreach ($secret in $run.hide) { $Text = $Text.Replace($secret, '********') }
    $Text
}

function Get-Problem($Record, $Step, [string] $Kind) {
    $exception = $Record.Exception
    while ($exception.InnerException -and $exception.GetType().Name -cmatch '^(Method|GetValue)Invocation') {
        if ($Matches[1] -ceq 'GetValue') { $Kind = 'projection' }
        $exception = $exception.InnerException
    }
    $own = $exception.Data['kind']
    $problem = [ordered]@{ kind = $Kind; step = $Step['id']; call = $Step['call'] }
    foreach ($name in 'error_id', 'category', 'hresult', 'exception', 'message', 'position') { $problem[$name] = $null }
    if (-not $Step['secret']) { $problem['message'] = Hide-Secret $(if ($own) { $exception.Message } else { $Record }) }
    if ($own) {
        $problem['kind'] = $own
        if ($more = $exception.Data['more']) { foreach ($name in $more.Keys) { $problem[$name] = $more[$name] } }
        return $problem
    }
    $problem['error_id'] = $Record.FullyQualifiedErrorId
    $problem['category'] = $Record.CategoryInfo.Category.ToString()
    $problem['exception'] = $exception.GetType().FullName
    if ($at = $Record.InvocationInfo) { $problem['position'] = "$($at.ScriptLineNumber):$($at.OffsetInLine)" }
    $problem['hresult'] = Get-HResult $Record
    $problem
}

# The HRESULT of an error. Errors of the Hyper-V module carry none: their text has it in parentheses, in every language, but for
# ObjectInUse.
function Get-HResult($Record) {
    $number = $null
    for ($cause = $Record.Exception; $cause; $cause = $cause.InnerException) {
        # 0x8013xxxx is .NET saying "an exception", not a cause
        if ($cause.HResult -lt 0 -and ($cause.HResult -band 0x7FFF0000) -ne 0x130000) { $number = $cause.HResult }
    }
    if ($number) { return $number }
    if ($Record.Exception.Message -match "(?s).*\('?0x([89A-F][\dA-F]{7})'?\)") { return [Convert]::ToInt32($Matches[1], 16) }
    if ($Record.FullyQualifiedErrorId -like 'ObjectInUse,*') { -2147024864 }
}

# ---- values

function Get-Text($Value) {
    if ($null -eq $Value) { return $NoText }
    if ($Value -is [string]) { return $Value }
    if ($Value -is [bool]) { return $(if ($Value) { 'true' } else { 'false' }) }
    if ($Value -is [timespan]) { return [string][Math]::Truncate([decimal]$Value.Ticks / 10000000) }
    if ($Value -is [datetime]) { return $Value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", $Invariant) }
    if ($Value -is [IFormattable] -and $Value -isnot [enum]) { return $Value.ToString($null, $Invariant) }
    $Value.ToString()
}

# The value behind a dotted path. Lists on the way are flattened. get_Value(), because PowerShell makes null of a property
# that throws.
function Get-PathValue($Object, [string] $Path) {
    if ($Path -ceq '.') { return , $Object }
    foreach ($name in $Path.Split('.')) {
        if ($Object -is [Collections.IList]) {
            $Object = @(foreach ($element in $Object) { foreach ($item in (Get-PathValue $element $name)) { $item } })
        } elseif ($null -ne $Object) {
            $property = $Object.PSObject.Properties[$name]
            $Object = $null
            if ($property) { $Object = $property.get_Value() }
        }
    }
    , $Object
}

# Conditions [path, [values]] as pairs of path and set of texts
function Get-Test($Conditions) {
    foreach ($condition in $Conditions) {
        $texts = $TextSet::new($IgnoreCase)
        foreach ($value in $condition[1]) { $null = $texts.Add((Get-Text $value)) }
        , @($condition[0], $texts)
    }
}

function Test-Object($Object, $Tests) {
    foreach ($test in $Tests) {
        $texts = @(foreach ($element in (Get-PathValue $Object $test[0])) { Get-Text $element })
        if (-not $texts.Count) { $texts = @($NoText) }
        if (-not $test[1].Overlaps([string[]]$texts)) { return $false }
    }
    $true
}

# The objects that meet all conditions. A condition on one Id or VMId (they never change) is answered from an index.
function Select-Match($Objects, $Conditions, [string] $Source) {
    if (-not $Conditions) { return , $Objects }
    $rest = $List::new()
    foreach ($condition in $Conditions) {
        $path, $values = $condition
        if (-not $Source -or $values.Count -ne 1 -or 'Id', 'VMId' -cnotcontains $path) { $rest.Add($condition); continue }
        $index = $run.indexes["$path $Source"]
        if ($null -eq $index) {
            $index = [Collections.Generic.Dictionary[string, object]]::new($IgnoreCase)
            foreach ($object in $Objects) {
                $text = Get-Text (Get-PathValue $object $path)
                if (-not $index.ContainsKey($text)) { $index[$text] = $List::new() }
                $index[$text].Add($object)
            }
            # whole before other lanes see it
            $run.indexes["$path $Source"] = $index
        }
        $Objects = $index[(Get-Text $values[0])]
        $Source = ''
    }
    $tests = @(Get-Test $rest)
    $found = $List::new()
    foreach ($object in $Objects) { if (Test-Object $object $tests) { $found.Add($object) } }
    , $found
}

function Find-Object($Reference) {
    $id = $Reference['$ref']
    if ($run.lost.Contains($id)) { $run.unmet = 'not_run'; return , $List::new() }
    $objects = $run.outputs[$id]
    if ($null -eq $objects) { Stop-Run 'batch' "no earlier step is called $id" }
    $objects = Select-Match $objects $Reference['where'] $id
    if ($path = $Reference['get']) {
        $found = $List::new()
        foreach ($object in $objects) {
            foreach ($item in (Get-PathValue $object $path)) { if ($null -ne $item) { $found.Add($item) } }
        }
        $objects = $found
    }
    $objects = Select-Match $objects $Reference['having'] ''
    if (-not $objects.Count -and -not $run.unmet) { $run.unmet = 'skipped' }
    , $objects
}

# The parameter value for a value expression. Text stays text: nothing is evaluated.
function Expand-Value($Value) {
    if ($Value -is $List) {
        $items = $List::new()
        foreach ($element in $Value) {
            if ($element -is $Table -and $element.ContainsKey('$ref')) { $items.AddRange((Find-Object $element)) }
            else { $items.Add((Expand-Value $element)) }
        }
        return , $items.ToArray()
    }
    if ($Value -isnot $Table) { return $Value }
    $form = @($Value.Keys)[0]
    $inner = @($Value.Values)[0]
    if ($form -ceq '$ref') {
        $objects = Find-Object $Value
        if ($objects.Count -eq 1) { return , $objects[0] }
        return , $objects.ToArray()
    }
    if ($form -ceq '$seconds') { return [timespan]::FromSeconds($inner) }
    if ($form -ceq '$time') { return [datetime]::Parse($inner, $Invariant, 'AssumeUniversal') }
    if ($form -ceq '$guid') { return [guid]$inner }
    if ($form -ceq '$table') {
        $entries = @{}
        foreach ($entry in $inner.GetEnumerator()) { $entries[$entry.Key] = Expand-Value $entry.Value }
        return $entries
    }
    $secret = if ($form -cmatch '^\$(credential|secure|plain)$') { $request['secrets'][$inner] }
    if (-not $secret) { Stop-Run 'batch' "there is no value $form" }
    $text = if ($secret.ContainsKey('text')) { $secret['text'] } else { $secret['password'] }
    if ($form -ceq '$plain') { return $text }
    $secure = [Security.SecureString]::new()
    foreach ($c in $text.ToCharArray()) { $secure.AppendChar($c) }
    if ($form -ceq '$secure') { return $secure }
    [Management.Automation.PSCredential]::new($secret['username'], $secure)
}

# ---- projection

# One value as JSON; what does not fit its kind throws.
function Format-Value($Value, [string] $Kind) {
    if ($null -eq $Value) { return 'null' }
    if ($Kind -ceq 'text') {
        if ($Value -is [string]) { return Format-Json $Value }
        if ($Value -isnot [Collections.IList]) { return Format-Json (Get-Text $Value) }
    }
    if ($Kind -ceq 'enum' -and $Value -is [enum]) { return '"' + $Value + '"' }
    if ($Kind -ceq 'type') { return Format-Json $Value.GetType().Name }
    $number = $Value -is [IConvertible] -and $Value -isnot [string] -and $Value -isnot [bool] -and $Value -isnot [char] -and
        $Value -isnot [datetime]
    switch -CaseSensitive ($Kind) {
        'integer' {
            if ($Value -is [string] -and $Value -cmatch '^-?[0-9]{1,28}$' -or $number) {
                $whole = [decimal]$(if ($Value -is [enum]) { $Value.value__ } else { $Value })
                if ([Math]::Truncate($whole) -eq $whole) { return $whole.ToString('0', $Invariant) }
            }
        }
        'number' { if ($number -and $Value -isnot [enum] -and "$Value" -notmatch 'N|I|\u221E') { return Format-Json $Value } }
        'boolean' { if ($Value -is [bool]) { return Format-Json $Value } }
        'enum' { if ($Value -is [string]) { return Format-Json $Value } }
        'guid' { return '"' + [guid]$Value + '"' }
        'seconds' { if ($Value -is [timespan]) { return Get-Text $Value } }
        'milliseconds' { if ($number) { return [string][Math]::Truncate([decimal]$Value / 1000) } }
        'time' { if ($Value -is [datetime]) { return '"' + (Get-Text $Value) + '"' } }
    }
    throw "it is a $($Value.GetType().FullName)"
}

function Format-Row($Object, $Fields, [string] $Prefix) {
    $parts = foreach ($field in $Fields) {
        $path, $kind = $field[1], $field[2]
        try {
            $value = $null
            if ($path.IndexOf([char]46) -ge 0) { $value = Get-PathValue $Object $path }
            elseif ($property = $Object.PSObject.Properties[$path]) { $value = $property.get_Value() }
            if ($kind -ceq 'count') {
                $json = [string]@(foreach ($item in $value) { 1 }).Count
            } elseif ($single = $ListKinds[$kind]) {
                if ($kind -ceq 'enums' -and $value -is [enum]) { $value = $value.ToString().Split([string[]]', ', 'None') }
                $items = foreach ($item in $value) {
                    if ($kind -ceq 'objects') { Format-Row $item $field[3] "$Prefix$path." } else { Format-Value $item $single }
                }
                $json = '[' + ($items -join ',') + ']'
            } else {
                $json = Format-Value $value $kind
            }
        } catch {
            if ($_.Exception.Data['kind']) { throw }
            $cause = Get-Problem $_ $run.step ''
            Stop-Run 'projection' "the property $Prefix$path cannot be read as $($kind): $_" @{ property = "$Prefix$path"; hresult = $cause['hresult'] }
        }
        '"' + $field[0] + '":' + $json
    }
    '{' + ($parts -join ',') + '}'
}

# ---- steps

# The command behind Module\Name, and the names and aliases of its parameters
function Resolve-Call([string] $Call) {
    $known = $run.commands[$Call]
    if ($known) { return $known }
    $find = { $ExecutionContext.InvokeCommand.GetCommand($Call, 'Function, Cmdlet') }
    $command = & $find
    if (-not $command -and $Call.Contains('\')) {
        $module = $Call.Split('\')[0]
        try {
            $null = Microsoft.PowerShell.Core\Import-Module -Name $module *>&1
        } catch {
            if ($_.FullyQualifiedErrorId -cnotmatch '^Modules_ModuleNotFound,') { throw }
            Stop-Run 'no_module' "this host has no module $module"
        }
        $command = & $find
    }
    if (-not $command) { Stop-Run 'no_cmdlet' "this host has no $Call" }
    $names = $TextSet::new($IgnoreCase)
    foreach ($parameter in $command.Parameters.Values) { $names.UnionWith([string[]](@($parameter.Name) + $parameter.Aliases)) }
    ($run.commands[$Call] = @($command, $names))
}

# HRESULTs may come unsigned
function Get-Number($Value) { if ($Value -is [long] -and $Value -gt 0x7FFFFFFF) { $Value - 0x100000000 } else { $Value } }

function Test-Tolerated($Problem, $Entries) {
    foreach ($entry in $Entries) {
        $same = $true
        foreach ($key in $entry.Keys) {
            $forms = $TextSet::new($IgnoreCase)
            $null = $forms.Add([string]$Problem[$key])
            if ($key -ceq 'error_id') { $null = $forms.Add(([string]$Problem[$key]).Split(',')[0]) }
            $same = $same -and $forms.Contains([string](Get-Number $entry[$key]))
        }
        if ($same) { return $true }
    }
    $false
}

function Test-Late { $run.deadline -and $clock.ElapsedMilliseconds -ge $run.deadline }

function Suspend-Run([double] $Seconds) {
    $time = 1000 * $(if ($Seconds) { $Seconds } else { 1 })
    if ($run.deadline) { $time = [Math]::Min($time, $run.deadline - $clock.ElapsedMilliseconds) }
    Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds ([Math]::Max(10, $time))
}

function Invoke-Call($Step, $Command, $Parameters, $Result) {
    foreach ($name in 'objects', 'warnings', 'problems') { $Result[$name] = $List::new() }
    try {
        foreach ($item in @(& $Command @Parameters *>&1)) {
            if ($item -is [Management.Automation.ErrorRecord]) {
                $Result.problems.Add((Get-Problem $item $Step 'cmdlet'))
            } elseif ($item -is [Management.Automation.WarningRecord]) {
                $Result.warnings.Add((Hide-Secret $item.Message))
            } elseif ($null -ne $item -and $item.GetType().FullName -cnotmatch '^System\.Management\.Automation\.\w+Record$') {
                $Result.objects.Add($item)
            }
        }
    } catch {
        $Result.objects.Clear()
        $Result.problems.Add((Get-Problem $_ $Step 'cmdlet'))
    }
}

function Invoke-Step($Step, $Result) {
    $run.unmet = $null
    $Result.status = 'failed'
    $parameters = @{}
    # objects of earlier steps are for one lane at a time: PowerShell's wrappers around them are not made for several threads
    [Threading.Monitor]::Enter($run.all)
    try { foreach ($entry in $Step['with'].GetEnumerator()) { $parameters[$entry.Key] = Expand-Value $entry.Value } }
    finally { [Threading.Monitor]::Exit($run.all) }
    $Result.objects = $List::new()
    if ($run.unmet) { $Result.status = $run.unmet; return }
    $command, $names = Resolve-Call $Step['call']
    foreach ($name in $parameters.Keys) {
        if (-not $names.Contains($name)) { Stop-Run 'no_parameter' "$command of this host has no parameter $name" @{ parameter = $name } }
    }
    $parameters['ErrorAction'] = if ($Step['collect'] -or $Step['tolerate']) { 'Continue' } else { 'Stop' }
    $parameters['WarningAction'] = 'Continue'
    foreach ($name in 'Confirm', 'WhatIf') { if ($names.Contains($name) -and -not $parameters.ContainsKey($name)) { $parameters[$name] = $false } }
    $retry = $Step['retry']
    $wait = $Step['wait']
    $until = @(if ($wait) { Get-Test $wait['until'] })
    $began = $clock.ElapsedMilliseconds
    while ($true) {
        Invoke-Call $Step $command $parameters $Result
        $passed = ($clock.ElapsedMilliseconds - $began) / 1000
        if ($retry -and $passed -lt $retry['seconds'] -and -not (Test-Late)) {
            $numbers = foreach ($number in $retry['hresults']) { Get-Number $number }
            if (@(foreach ($problem in $Result.problems) { if ($numbers -contains $problem['hresult']) { 1 } })) {
                Suspend-Run $retry['every_seconds']
                continue
            }
        }
        $Result.problems = @(foreach ($problem in $Result.problems) { if (-not (Test-Tolerated $problem $Step['tolerate'])) { $problem } })
        if ($Result.problems -and -not $Step['collect']) {
            $Result.error = $Result.problems[0]
            $Result.problems = @()
            return
        }
        $Result.objects = Select-Match $Result.objects $Step['where'] ''
        $count = $Result.objects.Count
        if (-not $wait) { break }
        $unready = @(foreach ($object in $Result.objects) { if (-not (Test-Object $object $until)) { 1; break } })
        if ($count -and -not $unready) { break }
        if ($passed -ge $wait['seconds']) { Stop-Run 'timeout' "not reached in $($wait['seconds']) seconds" }
        if (Test-Late) { Stop-Run 'deadline' 'the deadline of the batch cut the wait short' }
        Suspend-Run $wait['every_seconds']
    }
    if ($count -gt 1 -and $Step['expect'] -match 'one') { Stop-Run 'ambiguous' "$count objects match" }
    if (-not $count -and $Step['expect'] -ceq 'one') { Stop-Run 'missing' 'no object matches' }
    if ($read = $Step['read']) { $Result.rows = $(foreach ($object in $Result.objects) { Format-Row $object $read '' }) -join ',' }
    $Result.status = 'done'
}

# Runs steps in order, or says of each that it did not run; gives their JSON.
function Invoke-Steps($Steps) {
    foreach ($step in $Steps) {
        $run.step = $step
        if ($request['progress']) { Microsoft.PowerShell.Utility\Write-Progress -Activity 'datacenter.hyperv' -Status ([string]$step['id']) }
        $began = $clock.ElapsedMilliseconds
        $result = @{ status = 'not_run' }
        $lane = $step['lane']
        try {
            if (-not $run.all.stopped -and (Test-Late)) { Stop-Run 'deadline' 'the deadline of the batch has passed' }
            if (-not $run.all.stopped -and -not $run.lanes.Contains($lane)) { Invoke-Step $step $result }
        } catch {
            $result.error = Get-Problem $_ $step 'internal'
        }
        $answer = [ordered]@{ id = $step['id']; status = $result.status }
        if ($result.status -cne 'not_run') { $answer.milliseconds = $clock.ElapsedMilliseconds - $began }
        if ($result.status -cmatch 'done|skipped') {
            $answer.count = $result.objects.Count
            $run.outputs[$step['id']] = $result.objects
        } else {
            $null = $run.lost.Add($step['id'])
        }
        if ($result.problems) { $answer.errors = $result.problems }
        if ($result.warnings.Count -and -not $step['secret']) { $answer.warnings = $result.warnings }
        if ($problem = $result.error) {
            $answer.error = $problem
            if (-not $run.error) { $run.error = $problem }
            if ($request['on_failure'] -ceq 'next_lane' -and $null -ne $lane -and $result.status -ceq 'failed') { $null = $run.lanes.Add($lane) }
            else { $run.all.stopped = $true }
        }
        $json = Format-Json $answer
        if ($result.rows) { $json = $json.Substring(0, $json.Length - 1) + ',"rows":[' + $result.rows + ']}' }
        $json
    }
}

# ---- the batch

# What is wrong in form is refused before anything happens.
function Test-Batch {
    if ($request['version'] -ne 1) { Stop-Run 'batch' "version 1 is known here, not $($request['version'])" }
    $texts = foreach ($secret in $request['secrets'].Values) { foreach ($key in 'password', 'text') { if ($secret[$key]) { $secret[$key] } } }
    $run.hide = @($texts | Microsoft.PowerShell.Utility\Sort-Object -Property Length -Descending)
    $ids = $TextSet::new($Ordinal)
    foreach ($step in $request['steps']) {
        $run.step = $step
        if (-not $step.ContainsKey('with')) { $step['with'] = $Table::new() }
        $call = $step['call']
        $strange = @($step.Keys) -cnotmatch '^(id|call|with|where|expect|read|collect|tolerate|retry|wait|lane|secret)$'
        $strange += @($step['with'].Keys) -match '^((Error|Warning|Information)(Action|Variable)|Out(Variable|Buffer)|PipelineVariable)$'
        if ($strange) { Stop-Run 'batch' "a step cannot have $strange" }
        if ($call -cnotmatch '^([A-Za-z][\w.-]*\\)?[A-Za-z]+-\w+$') { Stop-Run 'batch' 'this is no call' }
        if (-not $call.Contains('\') -and $request['functions'] -cnotcontains $call) { Stop-Run 'batch' "the batch does not name $call" }
        if (-not $ids.Add($step['id'])) { Stop-Run 'batch' 'two steps have this id' }
    }
    $run.step = $Table::new()
}

function Read-LockFile($Stream) {
    $bytes = [byte[]]::new(4096)
    $length = $Stream.Read($bytes, 0, 4096)
    try { Read-Json ([Text.Encoding]::ASCII.GetString($bytes, 0, $length)) } catch { $Table::new() }
}

# For the lock and the operations (docs/batch.md, "Detached").
function Get-DataFolder {
    $root = if ($env:ProgramData) { $env:ProgramData } else { [Environment]::GetFolderPath('CommonApplicationData') }
    [IO.Directory]::CreateDirectory([IO.Path]::Combine($root, 'datacenter.hyperv')).FullName
}

# What is locked is a byte behind the text, so that whoever waits can read who holds it.
function Enter-Lock($Lock) {
    $folder = Get-DataFolder
    $until = $clock.ElapsedMilliseconds + 1000 * $Lock['wait_seconds']
    while ($true) {
        try {
            $file = $null
            $file = $run.lock = [IO.FileStream]::new([IO.Path]::Combine($folder, 'lock'), 'OpenOrCreate', 'ReadWrite', 'ReadWrite')
            $file.Lock(1048576, 1)
            break
        } catch {
            # sharing violation, lock violation; EAGAIN on Linux
            if (-2147024864, -2147024863, 11 -notcontains $_.Exception.GetBaseException().HResult) { throw }
            $holder = if ($file) { (Read-LockFile $file)['holder']; $file.Dispose() }
        }
        if ($clock.ElapsedMilliseconds -ge $until -or (Test-Late)) {
            Stop-Run 'locked' "the host is locked by $holder" @{ holder = $holder }
        }
        Suspend-Run 0.25
    }
    $run.sequence = [long](Read-LockFile $file)['sequence']
    $expected = $Lock['expect_sequence']
    if ($null -ne $expected -and $expected -ne $run.sequence) { Stop-Run 'stale' "the host is at $($run.sequence), not at $expected" }
    if ($Lock['advance']) { $run.sequence++ }
    $text = Format-Json ([ordered]@{ sequence = $run.sequence; holder = $Lock['holder'] })
    $bytes = [Text.Encoding]::ASCII.GetBytes($text.PadRight(1024))
    $file.Position = 0
    $file.Write($bytes, 0, $bytes.Length)
    $file.SetLength($bytes.Length)
    $file.Flush($true)
}

if ($Worker) {
    foreach ($text in $Worker.functions) { . ([scriptblock]::Create($text)) }
    Invoke-Worker
    return
}
$clock = [Diagnostics.Stopwatch]::StartNew()
$request = $Table::new()
$run = @{ commands = @{}; outputs = $Table::new(); step = $Table::new(); hide = @() }
# shared by lanes that run side by side
foreach ($name in 'indexes', 'all') { $run[$name] = [hashtable]::Synchronized(@{}) }
foreach ($name in 'lost', 'lanes') { $run[$name] = $TextSet::new($Ordinal) }
$packed = [IO.MemoryStream]::new()
try {
    try {
        if ($Body.StartsWith('gzip:', 'Ordinal')) {
            $bytes = [Convert]::FromBase64String($Body.Substring(5))
            $gzip = [IO.Compression.GZipStream]::new([IO.MemoryStream]::new($bytes), [IO.Compression.CompressionMode]'Decompress')
            $Body = [IO.StreamReader]::new($gzip).ReadToEnd()
        }
        $whole = Read-Json $Body
        if ($whole -is $Table) { $request = $whole }
        if ($request['steps'] -isnot $List) { throw 'no object with steps' }
        if (-not $request['secrets']) { $request['secrets'] = $Table::new() }
        Test-Batch
    } catch {
        if ($_.Exception.Data['kind']) { throw }
        Stop-Run 'batch' "the batch cannot be read: $_"
    }
    $run.deadline = 1000 * $request['deadline_seconds']
    # the functions behind the last statement of this file
    $whole = $MyInvocation.MyCommand.ScriptBlock
    $functions = foreach ($statement in $whole.Ast.EndBlock.Statements) {
        if ($statement -is [Management.Automation.Language.ReturnStatementAst]) { $area = $true }
        elseif ($area) { $statement.Extent.Text }
    }
    foreach ($text in $functions) { . ([scriptblock]::Create($text)) }
    if ($request['progress']) { $ProgressPreference = 'Continue' }
    if ($request['lock']) { Enter-Lock $request['lock'] }
    $operations = [IO.Path]::Combine((Get-DataFolder), 'operations')
    if ([IO.Directory]::Exists($operations)) {
        $run.operations = @(foreach ($one in [IO.Directory]::GetDirectories($operations)) { if (-not [IO.File]::Exists("$one/reply")) { 1 } }).Count
    }
    $steps = @(if ($request['parallel'] -gt 1) { Invoke-Lanes } else { Invoke-Steps $request['steps'] })
} catch {
    $run.error = Get-Problem $_ $run.step 'internal'
    $run.all.stopped = $true
    $steps = @(try { Invoke-Steps $request['steps'] } catch { $null = $_ })
} finally {
    if ($run.lock) { $run.lock.Dispose() }
}
try { $build = [Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion', 'CurrentBuildNumber', 0) }
catch { $build = try { (CimCmdlets\Get-CimInstance -ClassName Win32_OperatingSystem).BuildNumber } catch { 0 } }
$machine = [ordered]@{ computer = $env:COMPUTERNAME; build = [int]$build; powershell = "$($PSVersionTable.PSVersion)"; time = Get-Text ([datetime]::UtcNow) }
$reply = Format-Json ([ordered]@{
        version = 1; batch = [string]$request['batch']; ok = -not $run.error; sequence = $run.sequence; host = $machine
        milliseconds = $clock.ElapsedMilliseconds; operations = $run.operations; error = $run.error
    })
$reply = $reply.Substring(0, $reply.Length - 1) + ',"steps":[' + ($steps -join ',') + ']}'
if ($reply.Length -ge 16384) {
    $bytes = [Text.Encoding]::ASCII.GetBytes($reply)
    $gzip = [IO.Compression.GZipStream]::new($packed, [IO.Compression.CompressionMode]'Compress')
    $gzip.Write($bytes, 0, $bytes.Length)
    $gzip.Dispose()
    $reply = 'gzip:' + [Convert]::ToBase64String($packed.ToArray())
}
"#datacenter.hyperv reply $($request['batch']):$reply"
return
