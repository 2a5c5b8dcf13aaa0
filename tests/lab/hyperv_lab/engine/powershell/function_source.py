# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PowerShell source of a module whose commands are functions (those that Windows makes from CDXML)."""

from __future__ import annotations

from collections.abc import Mapping

from ...signatures import Binding, Parameter, Signature
from .cmdlet_source import ALL_SETS, declared_parameters, pipeline_of
from .parameter_types import bindable_type
from .windows_modules import ALIASES


def function_source(module: str, signatures: Mapping[str, Signature]) -> str:
    """One script module with all functions of a module."""
    return "\n".join(_function(module, name, signature) for name, signature in sorted(signatures.items()))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _function(module: str, name: str, signature: Signature) -> str:
    settings = []
    if signature.default_set and signature.default_set != ALL_SETS:
        settings.append(f"DefaultParameterSetName = {_quoted(signature.default_set)}")
    if signature.supports_should_process:
        settings.append("SupportsShouldProcess")
    settings.append("PositionalBinding = $false")
    aliases = ALIASES.get(module, {}).get(name, [])
    parameters = [_parameter(key, value) for key, value in declared_parameters(signature).items()]
    lines = [f"function {name} {{", f"    [CmdletBinding({', '.join(settings)})]"]
    if aliases:
        lines.append(f"    [Alias({', '.join(map(_quoted, aliases))})]")
    lines += [
        "    param(",
        ",\n".join(parameters),
        "    )",
        f"    process {{ [HyperVLab.Invocation]::Record($PSCmdlet, {_quoted(module)}, $PSBoundParameters) }}",
        "}",
    ]
    return "\n".join(lines)


def _parameter(name: str, parameter: Parameter) -> str:
    attributes = [_binding(set_name, binding) for set_name, binding in parameter.sets.items()]
    if parameter.aliases:
        attributes.append(f"[Alias({', '.join(map(_quoted, parameter.aliases))})]")
    kind = bindable_type(parameter)
    if kind.values:
        attributes.append(f"[ValidateSet({', '.join(map(_quoted, kind.values))})]")
    return f"        {' '.join(attributes)} [{kind.name}] ${{{name}}}"


def _binding(set_name: str, binding: Binding) -> str:
    settings = [] if set_name == ALL_SETS else [f"ParameterSetName = {_quoted(set_name)}"]
    if binding.mandatory:
        settings.append("Mandatory")
    if binding.position is not None:
        settings.append(f"Position = {binding.position}")
    by_value, by_name = pipeline_of(binding)
    if by_value:
        settings.append("ValueFromPipeline")
    if by_name:
        settings.append("ValueFromPipelineByPropertyName")
    return f"[Parameter({', '.join(settings)})]"
