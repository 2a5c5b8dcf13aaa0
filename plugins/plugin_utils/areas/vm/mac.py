# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""MAC addresses in any usual spelling."""

from __future__ import annotations

import re

DYNAMIC = "dynamic"

#: What an adapter with a dynamic address shows before its VM first started.
NEVER_ASSIGNED = "000000000000"

_SEPARATORS = re.compile(r"[-:. ]")
_DIGITS = re.compile(r"[0-9A-F]{12}")


class BadAddress(ValueError):
    """A text that is no usable MAC address; the message says why."""


def plain_address(text: str) -> str:
    """Return an address as Hyper-V writes it, twelve upper-case digits, from any usual spelling; `dynamic` stays.

    Raises:
        BadAddress: for other texts, for a group address, and for the address of zeros.
    """
    if text.strip().lower() == DYNAMIC:
        return DYNAMIC
    digits = _SEPARATORS.sub("", text.strip()).upper()
    if _DIGITS.fullmatch(digits) is None:
        raise BadAddress(f"{text!r} is no MAC address; write it like 00:15:5D:01:02:03, or dynamic")
    if digits == NEVER_ASSIGNED:
        raise BadAddress("an address of zeros means that none was assigned yet; write dynamic")
    if int(digits[:2], 16) & 1:
        raise BadAddress(f"{text!r} is a group address (its first byte is odd); an adapter needs one of its own")
    return digits
