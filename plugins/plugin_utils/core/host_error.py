# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What goes wrong between controller and host, as types."""

from __future__ import annotations

import dataclasses
import typing as t


@dataclasses.dataclass(frozen=True)
class HostError:
    """A structured error of a reply, as docs/batch.md specifies it.

    Attributes:
        kind: one of the kinds of docs/batch.md: `cmdlet`, `no_module`, `locked`, ...
        step: id of the step, or None when the error belongs to the whole batch.
        call: the cmdlet or area function.
        error_id: FullyQualifiedErrorId.
        category: name of the ErrorCategory.
        hresult: HRESULT of the innermost exception as a signed 32-bit number, or None.
        exception: type name of the exception.
        message: the host's own words, perhaps in its own language.
        position: where in the payload.
        parameter: the missing parameter when kind is `no_parameter`.
        holder: who has the lock when kind is `locked`.
    """

    kind: str
    step: str | None = None
    call: str | None = None
    error_id: str | None = None
    category: str | None = None
    hresult: int | None = None
    exception: str | None = None
    message: str = ""
    position: str | None = None
    parameter: str | None = None
    holder: str | None = None

    @classmethod
    def from_wire(cls, wire: t.Mapping[str, t.Any]) -> HostError:
        """Return the error that stands in a reply; keys that this release does not know are left aside."""
        known = {field.name for field in dataclasses.fields(cls)}
        values = {name: value for name, value in wire.items() if name in known}
        values["kind"] = str(values.get("kind") or "internal")
        values["message"] = str(values.get("message") or "")
        hresult = values.get("hresult")
        values["hresult"] = signed_hresult(hresult) if isinstance(hresult, int) else None
        return cls(**values)

    def to_result(self) -> dict[str, t.Any]:
        """Return the error as it stands in a task result: without the keys that say nothing."""
        shown = {name: value for name, value in dataclasses.asdict(self).items() if value not in (None, "")}
        if self.hresult is not None:
            shown["hresult"] = f"0x{self.hresult & 0xFFFFFFFF:08X}"
        return shown


def signed_hresult(number: int) -> int:
    """Return an HRESULT as .NET has it (signed), whichever way it was written."""
    number &= 0xFFFFFFFF
    return number - 0x100000000 if number & 0x80000000 else number


class BadReply(Exception):
    """What the host put out is not a reply to the batch.

    Attributes:
        output: the end of the output, for the person who looks into it. It never contains secrets, because the
            payload never
            prints them.
    """

    def __init__(self, problem: str, output: str = "") -> None:
        super().__init__(problem)
        self.output = output[-400:]


class NoReply(BadReply):
    """There is no line with the batch's marker."""


class CutReply(BadReply):
    """The marker is there but the reply behind it ends early."""


class GarbledReply(BadReply):
    """The reply is complete but is not what docs/batch.md specifies."""


class Unreachable(Exception):
    """The host could not be asked: nothing was sent."""


class ConnectionLost(Exception):
    """The connection ended after the batch, or a part of it, was sent: what the host did with it is not known."""
