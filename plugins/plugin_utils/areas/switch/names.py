# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When two names mean the same thing to Windows."""

from __future__ import annotations


def name_key(name: str) -> str:
    """Return the form of a name in which equal names are equal: ordinal, without regard to case.

    This is the comparison of docs/batch.md (OrdinalIgnoreCase in .NET): letter by letter; a letter whose upper case is
    more than one letter stays as it is.
    """
    return "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in name)
