# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which commands and parameters a Windows build has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...signatures import Signature

Signatures = Mapping[str, Mapping[str, Signature]]


def available_on(signatures: Signatures, build: int) -> dict[str, dict[str, Signature]]:
    """The signatures as a host of that build has them: later commands and later parameters are not there."""
    return {
        module: {name: _parameters_of(signature, build) for name, signature in commands.items() if signature.since_build <= build}
        for module, commands in signatures.items()
    }


def _parameters_of(signature: Signature, build: int) -> Signature:
    kept = {name: parameter for name, parameter in signature.parameters.items() if parameter.since_build <= build}
    return signature if len(kept) == len(signature.parameters) else replace(signature, parameters=kept)
