# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Steps as the PowerShell that an administrator would type.

The text is for people: in `--diff`, in results, in messages. The host never sees it.
"""

from __future__ import annotations

import collections.abc as c
import re
import typing as t

from .plan import PlannedStep
from .quoting import comment_text, quoted
from .references import referenced_steps, secret_names
from .step import Condition, Expression, Reference, Seconds, Secret, Step, Table, UniqueId

#: Parameters that are switches in every cmdlet that plans use. Every other truth value is an argument, `-Name $true`.
SWITCHES = frozenset(
    {
        "Access",
        "All",
        "Confirm",
        "Differencing",
        "DisableNumLock",
        "Dynamic",
        "DynamicMacAddress",
        "DynamicMemory",
        "EnableNumLock",
        "Fixed",
        "Force",
        "GenerateWwn",
        "GetAllPaths",
        "IgnoreIdMismatch",
        "IncludeAllChildSnapshots",
        "NewLocalKeyProtector",
        "NoDriveLetter",
        "NoVHD",
        "Passthru",
        "PassThru",
        "Physical",
        "PresentOnly",
        "ReadOnly",
        "Recurse",
        "ResetDiskIdentifier",
        "RetainVhdCopiesOnSource",
        "Save",
        "StaticMemory",
        "ToMinimumSize",
        "Trunk",
        "TurnOff",
        "Untagged",
    }
)
#: Parameters that are switches in one cmdlet only, and take a truth value in others.
SWITCHES_OF_A_CMDLET = frozenset({("Hyper-V\\Add-VMHardDiskDrive", "SupportPersistentReservations")})

#: Parameters that are amounts of bytes, though their names do not end so.
SIZES = frozenset({"LowMemoryMappedIoSpace", "HighMemoryMappedIoSpace"})

#: Variables that PowerShell itself sets (about_Automatic_Variables), in lower case.
_AUTOMATIC = frozenset(
    "args consolefilename enabledexperimentalfeatures error event eventargs eventsubscriber executioncontext "
    "false foreach "
    "home host input iscoreclr islinux ismacos iswindows lastexitcode matches myinvocation nestedpromptlevel null pid "
    "profile psboundparameters pscmdlet pscommandpath psculture psdebugcontext psedition pshome psitem psscriptroot "
    "pssenderinfo psuiculture psversiontable pwd sender shellid stacktrace switch this true credential secret "
    "securetext".split()
)
_UNITS = ((1024**5, "PB"), (1024**4, "TB"), (1024**3, "GB"), (1024**2, "MB"), (1024, "KB"))
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")
_PLACEHOLDERS = {"credential": "credential", "secure": "secureText", "plain": "secret"}


class Rendering:
    """Renders the steps of one plan; variables stand for the objects of steps that others refer to."""

    def __init__(self, steps: c.Iterable[Step]) -> None:
        steps = list(steps)
        self._secrets = secret_names(steps)
        self._variables: dict[str, str] = {}
        taken: set[str] = set()
        referenced = referenced_steps(steps)
        for step in steps:
            if step.id in referenced:
                self._variables[step.id] = _free_name(step.id, taken)

    def command(self, step: Step) -> str:
        """Return a step as one line of PowerShell."""
        parts = [step.call, *(self._argument(step.call, name, value) for name, value in step.parameters.items())]
        text = " ".join(parts)
        if step.where:
            text += f" | {self._filter(step.where)}"
        variable = self._variables.get(step.id)
        return f"${variable} = {text}" if variable is not None else text

    def _argument(self, call: str, name: str, value: t.Any) -> str:
        if isinstance(value, bool) and (name in SWITCHES or (call, name) in SWITCHES_OF_A_CMDLET):
            return f"-{name}" if value else f"-{name}:$false"
        if isinstance(value, int) and not isinstance(value, bool) and (name.endswith("Bytes") or name in SIZES):
            return f"-{name} {size_literal(value)}"
        return f"-{name} {self.value(value)}"

    def value(self, value: t.Any) -> str:
        """Return a parameter value as an argument.

        Raises:
            TypeError: for a value that has no form on the wire either.
        """
        if isinstance(value, Expression):
            return self._expression(value)
        if value is None:
            return "$null"
        if isinstance(value, bool):
            return "$true" if value else "$false"
        if isinstance(value, str):
            return quoted(value)
        if isinstance(value, (int, float)):
            return repr(value)
        if isinstance(value, (list, tuple)):
            return self._list(value)
        raise TypeError(f"a parameter value of type {type(value).__name__} has no form in PowerShell")

    def _list(self, values: c.Sequence[t.Any]) -> str:
        if not values:
            return "@()"
        if any(isinstance(value, (Reference, list, tuple)) for value in values):
            return f"@({'; '.join(self.value(value) for value in values)})"
        return ", ".join(self.value(value) for value in values)

    def _expression(self, expression: Expression) -> str:
        if isinstance(expression, Reference):
            return self._reference(expression)
        if isinstance(expression, Secret):
            return self._secret(expression)
        if isinstance(expression, Seconds):
            return f"(New-TimeSpan -Seconds {expression.seconds})"
        if isinstance(expression, UniqueId):
            return quoted(expression.text)
        if isinstance(expression, Table):
            entries = "; ".join(f"{quoted(key)} = {self._entry(value)}" for key, value in expression.entries.items())
            return f"@{{ {entries} }}" if entries else "@{}"
        ((kind, content),) = expression.to_wire().items()
        return f"([{kind.lstrip('$')}]{self.value(content)})"

    def _entry(self, value: t.Any) -> str:
        return f"@({self._list(value)})" if isinstance(value, (list, tuple)) and value else self.value(value)

    def _reference(self, reference: Reference) -> str:
        text = f"${self._variables.get(reference.step) or _free_name(reference.step, set())}"
        if reference.where:
            text = f"({text} | {self._filter(reference.where)})"
        if reference.get is not None:
            text = f"{text}.{reference.get}"
        if reference.having:
            text = f"({text} | {self._filter(reference.having)})"
        return text

    def _filter(self, conditions: c.Sequence[Condition]) -> str:
        return f"Where-Object {{ {' -and '.join(self._condition(path, values) for path, values in conditions)} }}"

    def _condition(self, path: str, values: c.Sequence[t.Any]) -> str:
        subject = "$_" if path == "." else f"$_.{path}"
        if len(values) == 1:
            only = values[0]
            return f"$null -eq {subject}" if only is None else f"{subject} -eq {self.value(only)}"
        return f"{subject} -in @({', '.join(self.value(value) for value in values)})"

    def _secret(self, secret: Secret) -> str:
        placeholder = _PLACEHOLDERS[secret.form]
        if len(self._secrets) > 1:
            placeholder += f"_{_NOT_IN_NAMES.sub('_', secret.name).strip('_')}"
        return f"${placeholder}"


def rendered_plan(steps: c.Sequence[PlannedStep]) -> str:
    """Return a plan as PowerShell: what is changed and why as comments, then the calls. Empty for an empty plan."""
    rendering = Rendering(planned.step for planned in steps)
    lines: list[str] = []
    target: str | None = None
    for planned in steps:
        if planned.target != target:
            target = planned.target
            lines.append(f"# {comment_text(target)}")
        lines += [f"#   {comment_text(reason)}" for reason in planned.reasons]
        lines.append(rendering.command(planned.step))
        if planned.step.wait is not None:
            lines.append(f"#   repeated until {_until(planned.step)}")
    return "\n".join(lines) + "\n" if lines else ""


def size_literal(size: int) -> str:
    """Return a size as PowerShell writes it: `40GB` where that is exact, the number of bytes otherwise."""
    for factor, unit in _UNITS:
        if size and size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)


def _until(step: Step) -> str:
    if step.wait is None:
        raise AssertionError("the caller has checked this")
    conditions = " and ".join(
        f"{path} is {' or '.join(comment_text(str(value)) for value in values)}" for path, values in step.wait.until
    )
    return f"{conditions}, for at most {step.wait.seconds} s"


def _free_name(step_id: str, taken: set[str]) -> str:
    base = _NOT_IN_NAMES.sub("_", step_id).strip("_") or "objects"
    name = base
    number = 2
    while name.lower() in taken or name.lower() in _AUTOMATIC:
        name = f"{base}_{number}"
        number += 1
    taken.add(name.lower())
    return name
