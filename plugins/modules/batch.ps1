#!powershell

# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

#Requires -Version 5.1

# Does with a module option what payload/bootstrap.ps1 does with its input. No C# utility: compiling one takes longer than the batch.

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
'{"changed": false, "reply": "' + $reply.Replace('\', '\\').Replace('"', '\"') + '"}'
