# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Building an estate from a topology."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from pathlib import Path

import yaml

from ..cmdlets.registry import load_cmdlets
from ..simulation.clock import Clock
from ..simulation.estate import Estate
from .host_building import add_host
from .reading import Section, TopologyError

TOPOLOGIES = Path(__file__).resolve().parents[2] / "topologies"
"""Folder of the topologies that come with the lab."""
DEFAULT_SPEED = 20.0


def default_topology() -> dict[str, t.Any]:
    """The content of `two-hosts.yml`, for changing and loading."""
    return _read(TOPOLOGIES / "two-hosts.yml")


def load_topology(source: str | Path | Mapping[str, t.Any], *, manual_clock: bool | None = None) -> Estate:
    """Build the estate of a topology.

    Args:
        source: path of a YAML file, or its content.
        manual_clock: True lets simulated time stand still until it is advanced; None follows the topology (by default the wall's
            time, 20 times as fast).

    Raises:
        TopologyError: what is wrong, and where.
    """
    load_cmdlets()
    values = _read(Path(source)) if isinstance(source, str | Path) else source
    root = Section(values, "topology", ("clock", "hosts"))
    clock = root.section("clock", ("mode", "speed"))
    speed = clock.number("speed", DEFAULT_SPEED)
    if speed <= 0:
        raise TopologyError(f"{clock.at('speed')}: a number above zero is expected")
    manual = clock.choice("mode", ("wall", "manual"), "wall") == "manual" if manual_clock is None else manual_clock
    estate = Estate(Clock(manual=manual, speed=speed))
    hosts = root.section("hosts")
    if not hosts.values:
        raise TopologyError("topology.hosts: at least one host is needed")
    for number, name in enumerate(hosts.values):
        add_host(estate, str(name), number, hosts.values[name], hosts.at(str(name)))
    return estate


def _read(path: Path) -> dict[str, t.Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TopologyError(f"the topology {path} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise TopologyError(f"the topology {path} is not YAML: {error}") from error
    if not isinstance(values, dict):
        raise TopologyError(f"the topology {path} is not a mapping")
    return values
