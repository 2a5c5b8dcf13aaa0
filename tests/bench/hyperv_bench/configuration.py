# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is to be measured."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import yaml

_OF_THE_TASK = ("name", "parallel", "settings")

DEFAULT_FILE = Path(__file__).resolve().parents[1] / "configuration.yml"


@dataclasses.dataclass(frozen=True)
class LatencyProfile:
    """Seconds that the lab adds, and how many machines are worked on side by side.

    Attributes:
        name: for the tables.
        request: to each WSMan request.
        shell: to the opening of a shell.
        process: to the start of a process in a winrm shell.
        module: to the import of the Hyper-V module.
        cmdlet: to each cmdlet call.
        cmdlets: to each call of single cmdlets, instead of `cmdlet`.
        parallel: the task's option of that name.
        settings: "plain" for a fleet with the usual options, "all" for one that declares every kind of setting.
    """

    name: str
    request: float = 0.0
    shell: float = 0.0
    process: float = 0.0
    module: float = 0.0
    cmdlet: float = 0.0
    cmdlets: dict[str, float] = dataclasses.field(default_factory=dict)
    parallel: int = 1
    settings: str = "plain"

    def topology(self) -> dict[str, t.Any]:
        """Return the `latencies` of a host in a topology."""
        return {key: value for key, value in dataclasses.asdict(self).items() if key not in _OF_THE_TASK}


@dataclasses.dataclass(frozen=True)
class Configuration:
    """Numbers of machines, kinds of connections and latency profiles: everything is measured with everything."""

    sizes: tuple[int, ...]
    connections: tuple[str, ...]
    profiles: tuple[LatencyProfile, ...]


def read_configuration(path: Path = DEFAULT_FILE) -> Configuration:
    """Return the configuration in a YAML file.

    Raises:
        ValueError: an entry is not one that is known.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        profiles = tuple(LatencyProfile(name=name, **(times or {})) for name, times in content.pop("profiles").items())
        return Configuration(tuple(content.pop("sizes")), tuple(content.pop("connections")), profiles)
    except (KeyError, TypeError) as problem:
        raise ValueError(f"{path}: {problem}") from problem
