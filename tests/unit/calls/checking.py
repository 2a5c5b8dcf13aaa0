# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The one question of this folder: would this step's call bind, wherever it can be asked?"""

from __future__ import annotations

import collections.abc as c

from calls import catalogue, functions, simulated
from calls.setting_rows import later_parameters

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.step import Reference, Step

#: Modules of PowerShell itself; ../shared/cmdlets is about Windows Server's own.
NOT_IN_CATALOGUE = frozenset(
    {"Microsoft.PowerShell.Management", "Microsoft.PowerShell.Utility", "CimCmdlets", "PnpDevice"}
)


def problems(step: Step) -> list[str]:
    """Return why a step's call would not bind: in the lab, against the catalogue, or in the payload; or nothing."""
    if step.is_function:
        return functions.problems(step)
    found = simulated.problems(step)
    if catalogue.PRESENT and step.call.partition("\\")[0] not in NOT_IN_CATALOGUE:
        found += catalogue.problems(step, later_parameters())
    if step.call.rpartition("\\")[2] in catalogue.WITHOUT_PAGE:  # the whole cmdlet came later
        return found
    rows_say = later_parameters()
    found += [
        f"{step.call} -{name} came after Server 2016, and no row of settings says so"
        for name in simulated.later_parameters(step, 14393)
        if (step.call, name) not in rows_say
    ]
    return found


def all_problems(steps: c.Iterable[Step]) -> list[str]:
    """Return the problems of steps, each once."""
    return list(dict.fromkeys(problem for step in steps for problem in problems(step)))


def several_for_one(steps: c.Sequence[Step]) -> list[str]:
    """Return parameters that take one object and may be given several: references that name no single thing."""
    calls = {step.id: step for step in steps}
    found = []
    for step in steps:
        signature = simulated.signature_of(step.call)
        for name, value in step.parameters.items():
            parameter = signature.find(name) if signature is not None else None
            if parameter is None or not isinstance(value, Reference) or parameter.type.endswith("[]"):
                continue
            if not _names_one(value, calls.get(value.step)):
                found.append(f"{step.call} -{name} takes one object, and {value} may be several")
    return list(dict.fromkeys(found))


def _names_one(reference: Reference, source: Step | None) -> bool:
    if reference.having or any(len(values) == 1 for _, values in reference.where):
        return True
    if source is None:
        return False
    verb = source.call.rpartition("\\")[2].partition("-")[0]
    return source.expect in ("one", "none_or_one") or verb in ("New", "Add", "Compare")
