# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plain Python values from what Ansible hands an action.

Ansible wraps texts to remember where they came from and whether they are templates (AnsibleUnsafeText up to 2.18,
data tags from 2.19 on), and secrets to keep them encrypted. Feature areas see only plain values.
"""

from __future__ import annotations

import collections.abc as c
import datetime
import typing as t

_PLAIN: frozenset[type] = frozenset({str, int, float, bool, type(None)})


def plain(value: t.Any) -> t.Any:
    """Return the value as plain Python: exact str, int, float, bool, None, list and dict all the way down.

    Dates become ISO texts, because YAML reads an unquoted 2026-01-31 as a date. Decrypts inline vaulted values.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, c.Mapping):
        return {plain(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if is_vaulted(value):
        return str.__str__(str(value))
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "surrogateescape")
    if isinstance(value, (c.Sequence, c.Set)):
        return [plain(element) for element in value]
    return str(value)


def is_vaulted(value: t.Any) -> bool:
    """Return whether this is an inline vaulted value: AnsibleVaultEncryptedUnicode (to 2.18), EncryptedString

    (2.19).
    """
    return bool(getattr(value, "__ENCRYPTED__", False)) or type(value).__name__ == "EncryptedString"
