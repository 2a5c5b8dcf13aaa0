# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Faults that a WSMan service answers with. Codes are those of ``wsmerror.h``."""

from __future__ import annotations

OPERATION_TIMED_OUT = 0x80338029
"""A Receive found nothing within the operation timeout: the client asks again (2150858793)."""
UNEXPECTED_SELECTORS = 0x8033805B
"""The shell that is named is not there (2150858843)."""
QUOTA_MAX_SHELLS = 0x803381A5
QUOTA_MAX_OPERATIONS = 0x803381A6
ENCODING_LIMIT = 0x80338035
INVALID_ACTION = 0x80338001
RESOURCE_NOT_FOUND = 0x80338000
ALREADY_EXISTS = 0x80338033
INVALID_PARAMETER = 87
ACCESS_DENIED = 5
OPERATION_ABORTED = 995
BROKEN_PIPE = 109
INTERNAL_ERROR = 1359


class WSManFault(Exception):
    """A request that the service refuses.

    Attributes:
        code: number in ``WSManFault/@Code``.
        subcode: qualified name in the SOAP fault's subcode.
        reason: text for people.
        sender: true when the client is at fault (SOAP code ``s:Sender``).
    """

    def __init__(self, code: int, subcode: str, reason: str, *, sender: bool = True) -> None:
        super().__init__(reason)
        self.code = code
        self.subcode = subcode
        self.reason = reason
        self.sender = sender

    @classmethod
    def timed_out(cls) -> WSManFault:
        """Nothing to receive within the operation timeout."""
        return cls(
            OPERATION_TIMED_OUT,
            "w:TimedOut",
            "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.",
            sender=False,
        )

    @classmethod
    def no_shell(cls, shell_id: str) -> WSManFault:
        """No shell of this id is open on the host."""
        return cls(
            UNEXPECTED_SELECTORS,
            "w:InvalidSelectors",
            f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not found "
            "on the server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists on "
            "the server. Provide the correct ShellId or create a new shell and retry the operation.",
        )

    @classmethod
    def no_command(cls, command_id: str) -> WSManFault:
        """No command of this id runs in the shell."""
        return cls(
            INVALID_PARAMETER,
            "w:SchemaValidationError",
            f"The parameter is incorrect. No command {command_id} exists in the shell.",
        )

    @classmethod
    def too_many_shells(cls, limit: int) -> WSManFault:
        """The quota MaxShellsPerUser is used up."""
        return cls(
            QUOTA_MAX_SHELLS,
            "w:QuotaLimit",
            "The WS-Management service cannot process the request. This user is allowed a maximum number of "
            f"{limit} concurrent shells, which has been exceeded. Close existing shells or raise the quota for this "
            "user.",
        )

    @classmethod
    def too_many_commands(cls, limit: int) -> WSManFault:
        """The quota of concurrent commands of one shell is used up."""
        return cls(
            QUOTA_MAX_OPERATIONS,
            "w:QuotaLimit",
            "The WS-Management service cannot process the request. The maximum number of concurrent commands per "
            f"shell ({limit}) has been exceeded.",
        )

    @classmethod
    def envelope_too_large(cls, size: int, limit: int) -> WSManFault:
        """The request is larger than the service accepts."""
        return cls(
            ENCODING_LIMIT,
            "w:EncodingLimit",
            f"The WS-Management service cannot process the request because the request of {size} bytes exceeds the "
            f"maximum envelope size of {limit} bytes.",
        )

    @classmethod
    def unknown_action(cls, action: str) -> WSManFault:
        """The action is not one of the lab's."""
        return cls(INVALID_ACTION, "a:ActionNotSupported", f"The action {action} is not supported by the service.")

    @classmethod
    def unknown_resource(cls, resource: str) -> WSManFault:
        """The resource URI is not one of the lab's."""
        return cls(
            RESOURCE_NOT_FOUND,
            "a:DestinationUnreachable",
            f"The WS-Management service cannot process the request. The resource URI {resource} was not found.",
        )

    @classmethod
    def malformed(cls, reason: str) -> WSManFault:
        """The request is not a WSMan message."""
        return cls(INVALID_PARAMETER, "w:SchemaValidationError", reason)

    @classmethod
    def access_denied(cls, reason: str) -> WSManFault:
        """The service refuses this user or this way of talking."""
        return cls(ACCESS_DENIED, "w:AccessDenied", reason)

    @classmethod
    def internal(cls, reason: str) -> WSManFault:
        """The lab itself failed."""
        return cls(INTERNAL_ERROR, "w:InternalError", reason, sender=False)
