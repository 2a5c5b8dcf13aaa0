# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a playbook declares about exports, and where each has its place."""

from __future__ import annotations

import dataclasses
import datetime

from ...core.area import Options
from ...core.duration import seconds_of
from ...core.fleet import ALONE, FleetTerms, declared_terms
from ...core.plan import BadInput
from ..switch.names import name_key
from ..virtual_disk import joined, name_problem, normal_path, path_key, path_problem

#: What Export-VM -CaptureLiveState calls the ways to export a running VM.
LIVE_STATES = {
    "crash_consistent": "CaptureCrashConsistentState",
    "saved_state": "CaptureSavedState",
    "data_consistent": "CaptureDataConsistentState",
}


@dataclasses.dataclass(frozen=True)
class ExportDeclaration:
    """The exports of one task.

    Attributes:
        names: of the VMs.
        path: directory in which each export has a folder of its VM's name.
        live_state: value for -CaptureLiveState, or None for the cmdlet's own choice.
        newer_than: age in seconds, or moment in UTC, that an export must be younger than.
        merge_timeout: seconds to wait for the end of a merge; 0 refuses.
        terms: what the task says about all of them.
    """

    names: tuple[str, ...]
    path: str
    present: bool = True
    live_state: str | None = None
    current: bool = False
    newer_than: int | datetime.datetime | None = None
    merge_timeout: int = 0
    terms: FleetTerms = ALONE

    @property
    def places(self) -> tuple[Place, ...]:
        """The place of each export."""
        return tuple(Place(name, self.path, number) for number, name in enumerate(self.names))


@dataclasses.dataclass(frozen=True)
class Place:
    r"""Where the export of a VM is, and where it grows.

    An export grows in a folder of its own and is moved to its place when it is whole, so that what is at its place is
    never half made. A file beside that folder says that it is ours; it is written before the folder, and goes after it.
    """

    name: str
    directory: str
    number: int

    @property
    def target(self) -> str:
        """The VM as people say it."""
        return f"vm {self.name}"

    @property
    def folder(self) -> str:
        r"""`D:\Exports\web01`: the folder that Export-VM names after the VM."""
        return joined(self.directory, self.name)

    @property
    def staging(self) -> str:
        """The folder in which the export grows."""
        return f"{self.folder}.partial"

    @property
    def staged(self) -> str:
        """The export while it grows."""
        return joined(self.staging, self.name)

    @property
    def replaced(self) -> str:
        """An older export on its way out."""
        return joined(self.staging, f"{self.name}.replaced")

    @property
    def marker(self) -> str:
        """The file that says that the folder in which the export grows is ours."""
        return f"{self.staging}.json"

    @property
    def option(self) -> str:
        """Path of the option that asks for it."""
        return f"name[{self.number}]"


def declare_exports(options: Options) -> ExportDeclaration:
    """Return the declaration of a task.

    Raises:
        BadInput: when options contradict each other whatever the host looks like.
    """
    path = options["path"]
    problem = path_problem(path)
    if problem is not None:
        raise BadInput("path", problem)
    names = tuple(options["name"])
    present = options.get("state", "present") == "present"
    if not names:
        raise BadInput("name", "is empty; name one VM at least")
    seen: dict[str, int] = {}
    for number, name in enumerate(names):
        problem = "is empty" if not name else name_problem(name)
        if problem is not None:
            raise BadInput(
                f"name[{number}]", f"{name!r} cannot be the name of a folder, which an export has: {problem}"
            )
        first = seen.setdefault(name_key(name), number)
        if first != number:
            raise BadInput(f"name[{number}]", f"{name} is named twice, first in name[{first}]")
    for option in ("live_state", "current", "newer_than"):
        if not present and options.get(option) not in (None, False):
            raise BadInput(
                option, "says something about an export that is to be there; leave it out with state: absent"
            )
    declaration = ExportDeclaration(
        names=names,
        path=normal_path(path),
        present=present,
        live_state=LIVE_STATES[options["live_state"]] if options.get("live_state") else None,
        current=bool(options.get("current")),
        newer_than=_newer_than(options.get("newer_than")),
        merge_timeout=int(options.get("merge_timeout") or 0),
        terms=dataclasses.replace(declared_terms(options), many=len(names) > 1),
    )
    if declaration.merge_timeout < 0:
        raise BadInput("merge_timeout", "cannot be less than 0 seconds")
    _check_places(declaration)
    return declaration


def _check_places(declaration: ExportDeclaration) -> None:
    taken: dict[str, str] = {}
    for place in declaration.places:
        for path in (place.folder, place.staging, place.marker):
            other = taken.setdefault(path_key(path), place.name)
            if other != place.name:
                raise BadInput(place.option, f"{path} is needed for the exports of both {other} and {place.name}")
        problem = path_problem(joined(place.staged, "Virtual Machines"))
        if problem is not None:
            raise BadInput("path", problem)


def _newer_than(text: str | None) -> int | datetime.datetime | None:
    if text is None:
        return None
    age = seconds_of(text, bare=True)
    if age is not None:
        return age
    try:
        moment = datetime.datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError as error:
        raise BadInput(
            "newer_than", f"{text!r} is neither an age such as 12 hours or 7d nor a time such as 2026-01-31T10:00:00Z"
        ) from error
    if moment.tzinfo is None:
        raise BadInput("newer_than", f"{text!r} has no time zone; add Z for UTC, or an offset such as +01:00")
    return moment.astimezone(datetime.timezone.utc)
