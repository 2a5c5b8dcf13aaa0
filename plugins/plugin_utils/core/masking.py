# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Takes secrets out of what is shown."""

from __future__ import annotations

import collections.abc as c
import typing as t

from .options import MASKED


def masked(value: t.Any, secrets: c.Collection[str]) -> t.Any:
    """Return the value with every secret text replaced, in keys and values, all the way down."""
    if not secrets:
        return value
    # Longer ones first: a secret may contain another one.
    return _masked(value, sorted(secrets, key=len, reverse=True))


def _masked(value: t.Any, secrets: c.Sequence[str]) -> t.Any:
    if isinstance(value, str):
        for secret in secrets:
            if secret and secret in value:
                value = MASKED if value == secret else value.replace(secret, "********")
        return value
    if isinstance(value, c.Mapping):
        return {_masked(key, secrets): _masked(entry, secrets) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(element, secrets) for element in value]
    return value
