# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Names of the simulation's types as C# names."""

from __future__ import annotations

_INFRASTRUCTURE = "Microsoft.Management.Infrastructure."

_KEYWORDS = frozenset(
    """
    abstract as base bool break byte case catch char checked class const continue decimal default delegate do
    double else enum event explicit extern false finally fixed float for foreach goto if implicit in int
    interface internal is lock long namespace new null object operator out override params private protected
    public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw
    true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while
    """.split()
)


def csharp_type(full_name: str) -> str:
    """The C# name of a .NET type of the simulation.

    CIM objects get classes of their own in a namespace of the lab: PowerShell's own CimInstance cannot be made without
    Windows, and names of CIM classes hold characters that no C# name can. `Wire.Identifier` in csharp/Wire.cs is the
    same rule.
    """
    if full_name.startswith(_INFRASTRUCTURE):
        full_name = "HyperVLab.Infrastructure." + full_name.removeprefix(_INFRASTRUCTURE)
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._") else "_" for letter in full_name)


def split_type(full_name: str) -> tuple[str, str]:
    """Namespace and short name of a C# type name."""
    namespace, _, short = csharp_type(full_name).rpartition(".")
    return namespace, short


def member(name: str) -> str:
    """A member's name, safe where it is a C# keyword."""
    return f"@{name}" if name in _KEYWORDS else name


def literal(text: str) -> str:
    """A C# string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'
