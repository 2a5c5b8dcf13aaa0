# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Faults that a topology or a test declares for cmdlets."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import VIRTUALIZATION_EXCEPTION, CmdletError, OperationFailed, signed


@dataclass
class Fault:
    """A cmdlet that fails or dawdles.

    Attributes:
        cmdlet: its name, without module; "*" for every cmdlet of the Hyper-V module.
        call: which call fails, counted from 1 from the moment the fault was declared; None for every call.
        times: how often it fails from then on; None for always.
        error_id, category, hresult, message: the error; error_id None means no error (only `delay`).
        after: whether the cmdlet does its work first and then fails, as when an answer is lost.
        exception_type: full .NET name of its exception; hosts before 2016 have another one.
        delay: wall-clock seconds that the call takes longer.
        seen, fired: counted by the lab.
    """

    cmdlet: str
    call: int | None = None
    times: int | None = 1
    error_id: str | None = "OperationFailed"
    category: str = "NotSpecified"
    hresult: int | None = None
    message: str = "A fault that the topology declares."
    after: bool = False
    exception_type: str = VIRTUALIZATION_EXCEPTION
    delay: float = 0.0
    seen: int = 0
    fired: int = 0

    def hits(self, cmdlet: str, *, hyperv: bool) -> bool:
        """Count a call and say whether the fault strikes it."""
        if self.cmdlet.casefold() != cmdlet.casefold() and not (self.cmdlet == "*" and hyperv):
            return False
        self.seen += 1
        if self.call is not None and self.seen < self.call:
            return False
        if self.times is not None and self.fired >= self.times:
            return False
        self.fired += 1
        return True

    def error(self, class_name: str) -> CmdletError | None:
        """The error it raises, or None."""
        if self.error_id is None:
            return None
        hresult = None if self.hresult is None else signed(self.hresult & 0xFFFFFFFF)
        failure = OperationFailed(
            self.message,
            error_id=self.error_id,
            category=self.category,
            hresult=hresult,
            exception_type=self.exception_type,
        )
        return CmdletError(failure.record(class_name))
