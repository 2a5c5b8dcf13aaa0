# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""C# source of a module's cmdlets: classes that declare parameters and leave the rest to `LabCmdlet`."""

from __future__ import annotations

from collections.abc import Mapping

from ...signatures import Binding, Parameter, Signature
from .csharp_names import literal, member
from .parameter_types import bindable_type
from .windows_modules import ALIASES, HIGH_IMPACT, QUESTIONS, class_of

ALL_SETS = "__AllParameterSets"


def cmdlet_source(module: str, signatures: Mapping[str, Signature]) -> str:
    """One C# source with all cmdlets of a module."""
    parts = ["#pragma warning disable", "using System.Management.Automation;"]
    parts += [_cmdlet(module, name, signature) for name, signature in sorted(signatures.items())]
    return "\n".join(parts) + "\n"


def declared_parameters(signature: Signature) -> dict[str, Parameter]:
    """The parameters that are to be written down; PowerShell itself adds -WhatIf and -Confirm."""
    own = signature.supports_should_process
    return {name: value for name, value in signature.parameters.items() if not (own and name in ("WhatIf", "Confirm"))}


def pipeline_of(binding: Binding) -> tuple[bool, bool]:
    """Whether a parameter takes pipeline input by value, and by property name."""
    return binding.pipeline in ("ByValue", "both"), binding.pipeline in ("ByPropertyName", "both")


def _cmdlet(module: str, name: str, signature: Signature) -> str:
    namespace, class_name = class_of(module, name)
    verb, _, noun = name.partition("-")
    settings = [literal(verb), literal(noun)]
    if signature.default_set and signature.default_set != ALL_SETS:
        settings.append(f"DefaultParameterSetName = {literal(signature.default_set)}")
    if signature.supports_should_process:
        settings.append("SupportsShouldProcess = true")
    if name in HIGH_IMPACT:
        settings.append("ConfirmImpact = ConfirmImpact.High")
    aliases = ALIASES.get(module, {}).get(name, [])
    lines = [f"namespace {namespace} {{", f"[Cmdlet({', '.join(settings)})]"]
    if aliases:
        lines.append(f"[Alias({', '.join(map(literal, aliases))})]")
    lines += [
        f"public sealed class {class_name} : global::HyperVLab.LabCmdlet {{",
        f"  protected override string Home => {literal(module)};",
    ]
    if name in QUESTIONS:
        lines.append(f"  protected override string Asks => {literal(QUESTIONS[name])};")
    lines += [_parameter(key, value) for key, value in declared_parameters(signature).items()]
    return "\n".join([*lines, "} }"])


def _parameter(name: str, parameter: Parameter) -> str:
    attributes = [_binding(set_name, binding) for set_name, binding in parameter.sets.items()]
    if parameter.aliases:
        attributes.append(f"[Alias({', '.join(map(literal, parameter.aliases))})]")
    kind = bindable_type(parameter)
    if kind.values:
        attributes.append(f"[ValidateSet({', '.join(map(literal, kind.values))})]")
    return f"  {' '.join(attributes)} public new global::{kind.name} {member(name)} {{ get; set; }}"


def _binding(set_name: str, binding: Binding) -> str:
    settings = [] if set_name == ALL_SETS else [f"ParameterSetName = {literal(set_name)}"]
    if binding.mandatory:
        settings.append("Mandatory = true")
    if binding.position is not None:
        settings.append(f"Position = {binding.position}")
    by_value, by_name = pipeline_of(binding)
    if by_value:
        settings.append("ValueFromPipeline = true")
    if by_name:
        settings.append("ValueFromPipelineByPropertyName = true")
    return f"[Parameter({', '.join(settings)})]"
