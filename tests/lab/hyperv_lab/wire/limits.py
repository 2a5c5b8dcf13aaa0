# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Quotas and limits of a host's WinRM service (``winrm get winrm/config``)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """Limits of the service, with the defaults of Windows Server.

    Attributes:
        max_shells_per_user: MaxShellsPerUser.
        max_commands_per_shell: MaxConcurrentCommandsPerShell of the PowerShell plug-in; for winrm shells
            MaxProcessesPerShell has the same job. Commands count until they are signalled.
        max_envelope_size: bytes; MaxEnvelopeSizekb times 1024.
        idle_timeout: seconds after which a shell that nobody talks to is removed; a client may ask for less.
        max_operation_timeout: seconds that a Receive waits at most, whatever the client asks (MaxTimeoutms).
        allow_unencrypted: whether messages may travel in clear text over HTTP (AllowUnencrypted). Windows says no;
            the lab says yes, because Basic over HTTP is the simplest way to try something.
    """

    max_shells_per_user: int = 30
    max_commands_per_shell: int = 1000
    max_envelope_size: int = 512_000
    idle_timeout: float = 7200.0
    max_operation_timeout: float = 60.0
    allow_unencrypted: bool = True
