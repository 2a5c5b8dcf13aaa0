# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Manifests (psd1) of the generated modules."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from pathlib import Path

from .windows_modules import ALIASES, FUNCTION_MODULES, POWERSHELL_MODULE

_GUID_SPACE = uuid.UUID("6f6b1c3e-3c0f-5d5e-9a3b-0c8e5f1a7d21")
_LIST = r"{}\s*=\s*(?:@\()?((?:\s*,?\s*(?:'[^']*'|\"[^\"]*\"))*)"


def manifest(module: str, commands: Sequence[str], objects: Path, executable: Path) -> str:
    """The manifest of a generated module.

    Args:
        commands: what it exports.
        objects: the assembly with the types of objects.
        executable: the PowerShell whose own module of the same name is extended, if it is one of those.
    """
    is_script = module in FUNCTION_MODULES
    nested = [] if is_script else [f"HyperVLab.{module}.dll"]
    exported = list(commands)
    aliases = [alias for names in ALIASES.get(module, {}).values() for alias in names]
    version = "2.0.0.0"
    if module == POWERSHELL_MODULE:
        version = "7.0.0.0"
        own = executable.resolve().parent / "Modules" / module / f"{module}.psd1"
        text = own.read_text(encoding="utf-8-sig")
        # The lab's own commands join those of PowerShell's assembly when that is loaded (csharp/StartupHook.cs).
        nested = [str(executable.resolve().parent / name) for name in _listed(text, "NestedModules")]
        exported += _listed(text, "CmdletsToExport")
        aliases += _listed(text, "AliasesToExport")
    return "\n".join(
        [
            "@{",
            f"    GUID = '{uuid.uuid5(_GUID_SPACE, module)}'",
            f"    ModuleVersion = '{version}'",
            f"    RequiredAssemblies = {_array([str(objects)])}",
            f"    RootModule = '{module}.psm1'" if is_script else f"    NestedModules = {_array(nested)}",
            f"    CmdletsToExport = {_array([] if is_script else exported)}",
            f"    FunctionsToExport = {_array(exported if is_script else [])}",
            f"    AliasesToExport = {_array(aliases)}",
            "}",
            "",
        ]
    )


def _array(names: Sequence[str]) -> str:
    return "@(" + ", ".join("'" + name.replace("'", "''") + "'" for name in names) + ")"


def _listed(text: str, key: str) -> list[str]:
    """The texts of a key of a manifest that is a plain list."""
    found = re.search(_LIST.format(key), text)
    return [first or second for first, second in re.findall(r"'([^']*)'|\"([^\"]*)\"", found[1])] if found else []
