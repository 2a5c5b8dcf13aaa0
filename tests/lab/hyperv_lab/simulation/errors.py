# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Error records as PowerShell shows them, and the exceptions that carry them."""

from __future__ import annotations

import re
from dataclasses import dataclass

VIRTUALIZATION_EXCEPTION = "Microsoft.HyperV.PowerShell.VirtualizationException"


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One PowerShell error record.

    Attributes:
        error_id: first part of the FullyQualifiedErrorId, such as "InvalidParameter".
        class_name: second part, the cmdlet's class; empty if there is none.
        category: name of a System.Management.Automation.ErrorCategory.
        message: text for people; never decide by it.
        hresult: HResult of the exception as a signed 32-bit number, or None for the type's own default.
        exception_type: full .NET name.
        target: the target object as text, or None.
    """

    error_id: str
    class_name: str
    category: str
    message: str
    hresult: int | None = None
    exception_type: str = VIRTUALIZATION_EXCEPTION
    target: str | None = None

    @property
    def fully_qualified(self) -> str:
        """The FullyQualifiedErrorId."""
        return f"{self.error_id},{self.class_name}" if self.class_name else self.error_id

    @property
    def cause(self) -> int | None:
        """The HRESULT that can be made out: the exception's own, the last in the text, or that of a file in use."""
        if self.hresult is not None:
            return self.hresult
        if written := written_hresults(self.message):
            return written[-1]
        return SHARING_VIOLATION if self.error_id == "ObjectInUse" else None


class CmdletError(Exception):
    """A terminating error of a cmdlet."""

    def __init__(self, record: ErrorRecord) -> None:
        super().__init__(f"{record.fully_qualified}: {record.message}")
        self.record = record


def signed(hresult: int) -> int:
    """An HRESULT as .NET shows it: `signed(0x80070020) == -2147024864`."""
    return hresult - 0x1_0000_0000 if hresult >= 0x8000_0000 else hresult


def written_hresults(message: str) -> list[int]:
    """The HRESULTs that stand in parentheses in a text, signed."""
    return [signed(int(digits, 16)) for digits in re.findall(r"(?i)\('?0x([89A-F][0-9A-F]{7})'?\)", message)]


SHARING_VIOLATION = signed(0x80070020)
FILE_NOT_FOUND = signed(0x80070002)
PATH_NOT_FOUND = signed(0x80070003)
ACCESS_DENIED = signed(0x80070005)
OUT_OF_MEMORY = signed(0x8007000E)
DEVICE_NOT_READY = signed(0x80070015)
FILE_EXISTS = signed(0x80070050)
INVALID_ARGUMENT = signed(0x80070057)
DISK_FULL = signed(0x80070070)
ALREADY_EXISTS = signed(0x800700B7)
DIRECTORY_NOT_EMPTY = signed(0x80070091)
VHD_PARENT_NOT_FOUND = signed(0xC03A000D)
VHD_PARENT_MISMATCH = signed(0xC03A000E)
VHD_INVALID_SIZE = signed(0xC03A0012)


class OperationFailed(Exception):
    """A rule of the simulation refused an operation. The cmdlet that ran into it makes the error record."""

    def __init__(
        self,
        message: str,
        *,
        error_id: str = "OperationFailed",
        category: str = "NotSpecified",
        hresult: int | None = None,
        exception_type: str = VIRTUALIZATION_EXCEPTION,
        target: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_id = error_id
        self.category = category
        self.hresult = hresult
        self.exception_type = exception_type
        self.target = target

    def record(self, class_name: str) -> ErrorRecord:
        """The error record of this failure in the cmdlet with that class.

        The Hyper-V module's exceptions have no HRESULT: it stands in their text, or, for something in use, nowhere.
        """
        message, hresult = self.message, self.hresult
        if self.exception_type == VIRTUALIZATION_EXCEPTION and hresult is not None:  # ERR-01
            silent = self.error_id == "ObjectInUse" and hresult == SHARING_VIOLATION
            if not silent and hresult not in written_hresults(message)[-1:]:
                message = f"{message} (0x{hresult & 0xFFFFFFFF:08X})"
            hresult = None
        return ErrorRecord(self.error_id, class_name, self.category, message, hresult, self.exception_type, self.target)


class FileError(OperationFailed):
    """What the FileSystem provider answers: error id, category, HRESULT and message of its own."""


# ERR-02: the ids and categories below
def invalid_parameter(message: str, *, hresult: int | None = None, target: str | None = None) -> OperationFailed:
    """A value that the host cannot accept."""
    return OperationFailed(
        message, error_id="InvalidParameter", category="InvalidArgument", hresult=hresult, target=target
    )


def invalid_operation(message: str) -> OperationFailed:
    """Something that the module's own cmdlets do not do with a thing as it is."""
    return OperationFailed(message, error_id="InvalidOperation", category="InvalidOperation")


def invalid_state(message: str, *, hresult: int | None = None) -> OperationFailed:
    """An operation that the power state forbids."""
    return OperationFailed(message, error_id="InvalidState", category="InvalidOperation", hresult=hresult)


def in_use(message: str) -> OperationFailed:
    """A file or device that something else holds."""
    return OperationFailed(message, error_id="ObjectInUse", category="ResourceBusy", hresult=SHARING_VIOLATION)


def not_found(message: str, *, hresult: int | None = None) -> OperationFailed:
    """A thing that is not there."""
    return OperationFailed(message, error_id="ObjectNotFound", category="ObjectNotFound", hresult=hresult)
