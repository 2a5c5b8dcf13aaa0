# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a topology may say about the wire of a host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from hyperv_lab.wire.authentication import ALL_SCHEMES
from hyperv_lab.wire.faults import WireFault, fault_from
from hyperv_lab.wire.limits import ServiceLimits

FIRST_FREE_PORT = 1024


@dataclass(slots=True)
class WireOptions:
    """Ports, authentication, limits and faults of one host. Latencies are the host's own (``host.latencies``).

    Attributes:
        http_port, https_port: declared ports above 1023; 0 takes a free one.
        authentication: schemes on offer, of ``Negotiate``, ``NTLM``, ``Basic``.
        limits: quotas of the service.
        faults: what goes wrong on the wire.
    """

    http_port: int = 0
    https_port: int = 0
    authentication: Sequence[str] = ALL_SCHEMES
    limits: ServiceLimits = field(default_factory=ServiceLimits)
    faults: list[WireFault] = field(default_factory=list)


_KEYS = ("http_port", "https_port", "authentication", "limits", "faults")


def options_from(values: Mapping[str, Any]) -> WireOptions:
    """Options from plain values::

        http_port: 15985
        authentication: [negotiate, basic]
        limits: {max_shells_per_user: 5, allow_unencrypted: false}
        faults: [{kind: cut_request, at: 3}]

    Raises: ValueError with the key that is wrong.
    """
    _refuse_unknown(values, _KEYS, "wire")
    options = WireOptions()
    for name in ("http_port", "https_port"):
        if name in values:
            setattr(options, name, _port(name, values[name]))
    if "authentication" in values:
        options.authentication = _schemes(values["authentication"])
    if "limits" in values:
        options.limits = _limits(values["limits"])
    if "faults" in values:
        if not isinstance(values["faults"], Sequence) or not all(isinstance(one, Mapping) for one in values["faults"]):
            raise ValueError("'faults' of the wire must be a list of mappings")
        options.faults = [fault_from(one) for one in values["faults"]]
    return options


def _refuse_unknown(values: Any, known: Sequence[str], what: str) -> None:
    if not isinstance(values, Mapping):
        raise ValueError(f"'{what}' must be a mapping")
    unknown = sorted(str(name) for name in set(values) - set(known))
    if unknown:
        raise ValueError(f"unknown key of '{what}': {', '.join(unknown)}; known: {', '.join(known)}")


def _port(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not (value == 0 or FIRST_FREE_PORT <= value <= 65535):
        raise ValueError(f"'{name}' must be 0 or a port from {FIRST_FREE_PORT} to 65535")
    return value


def _schemes(value: Any) -> tuple[str, ...]:
    known = {scheme.lower(): scheme for scheme in ALL_SCHEMES}
    if not isinstance(value, list) or not value or any(str(one).lower() not in known for one in value):
        raise ValueError(f"'authentication' must be a list of {', '.join(known)}")
    return tuple(known[str(one).lower()] for one in value)


def _limits(value: Any) -> ServiceLimits:
    defaults = ServiceLimits()
    kinds = {one.name: type(getattr(defaults, one.name)) for one in fields(ServiceLimits)}
    _refuse_unknown(value, tuple(kinds), "limits")
    for name, given in value.items():
        if kinds[name] is bool:
            fits = isinstance(given, bool)
        else:
            numbers = (int, float) if kinds[name] is float else (int,)
            fits = isinstance(given, numbers) and not isinstance(given, bool) and given > 0
        if not fits:
            raise ValueError(f"'{name}' of 'limits' must be {'true or false' if kinds[name] is bool else 'above zero'}")
    return ServiceLimits(**value)
