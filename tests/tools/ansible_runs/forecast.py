# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Compare what a check run foretold with what came of the real run."""

from __future__ import annotations

import collections.abc as c
import typing as t

UNKNOWN = "(known after apply)"


def differences(foretold: t.Any, found: t.Any, path: str = "") -> list[str]:
    """Return where two states differ; what a forecast calls unknown may be anything but missing."""
    if foretold == UNKNOWN:
        return [] if found is not None else [f"{path}: known after apply, but there is none"]
    if isinstance(foretold, c.Mapping) and isinstance(found, c.Mapping):
        lines = [f"{path}.{key}: only in one of them" for key in sorted(set(foretold) ^ set(found))]
        for key in foretold:
            if key in found:
                lines += differences(foretold[key], found[key], f"{path}.{key}")
        return lines
    if isinstance(foretold, list) and isinstance(found, list) and len(foretold) == len(found):
        return [
            line
            for index, (one, other) in enumerate(zip(foretold, found, strict=True))
            for line in differences(one, other, f"{path}[{index}]")
        ]
    return [] if foretold == found else [f"{path}: foretold {foretold!r}, found {found!r}"]
