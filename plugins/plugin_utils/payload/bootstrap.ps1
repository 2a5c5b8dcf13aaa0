# datacenter.hyperv bootstrap 1
$ProgressPreference = 'SilentlyContinue'
$text = @($input) -join "`n"
$mark = '#datacenter.hyperv batch:'
$cut = $text.IndexOf($mark, [StringComparison]::Ordinal)
if ($cut -lt 0) { throw 'datacenter.hyperv: there is no batch in the input' }
& ([ScriptBlock]::Create($text.Substring(0, $cut))) $text.Substring($cut + $mark.Length)
