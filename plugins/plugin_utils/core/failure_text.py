# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a host's error means and what helps, as sentences.

Nothing here looks at a message's words: they may be in the host's language. Hints are found by kind, HRESULT, error
id and category, in this order.
"""

from __future__ import annotations

import typing as t

from .host_error import HostError, signed_hresult

_START_VMMS = (
    "Start the Virtual Machine Management service on the host (Start-Service -Name vmms) and run the playbook again."
)
_SPACE = "Free space on the volume, or give a path on another volume."
_IN_USE = (
    "Another process has the file open: a running VM, a backup, a virus scanner, or a mounted disk (Dismount-VHD). "
    "Wait for it or end it, then run the playbook again."
)
_RIGHTS = (
    "The user of the connection lacks the right. Hyper-V wants a member of the host's Administrators or "
    "Hyper-V Administrators; "
    "for a file on another server the credentials must travel too (CredSSP, Kerberos delegation, or become "
    "with a password)."
)
_BROKEN_CHAIN = (
    "Look at the chain with vhd_info (verify: true); a parent that was written to cannot serve its children any more, "
    "unless the module vhd ties them together again with reparent and ignore_id_mismatch."
)

#: HRESULT (winerror.h of the Windows SDK) to hint.
HINTS_BY_HRESULT: t.Mapping[int, str] = {
    signed_hresult(number): hint
    for number, hint in (
        (
            0x80070002,
            "The file does not exist on the host. Check the path, and that the host (not the controller) sees it.",
        ),
        (0x80070003, "The folder does not exist on the host. Check the path and the drive letter."),
        (0x80070005, _RIGHTS),
        (0x80070008, "The host has not enough memory. Stop a VM or declare less start-up memory."),
        (0x8007000E, "The host has not enough memory. Stop a VM or declare less start-up memory."),
        (0x80070015, "The drive is not ready. Check that the volume is online."),
        (0x80070020, _IN_USE),
        (0x80070021, _IN_USE),
        (0x80070032, "This host, this file system or this kind of disk cannot do that."),
        (0x80070035, "The host cannot reach the file server. Check the share's name and the network."),
        (0x80070043, "The host does not find the share. Check its name."),
        (0x80070050, "The file exists already. Give another path, or remove the file if nobody needs it."),
        (0x80070057, "The host refuses a value. The plan of this result shows the call with all its values."),
        (0x80070070, _SPACE),
        (0x80070079, "The host waited too long for something else. Run the playbook again."),
        (0x800700B7, "The file exists already. Give another path, or remove the file if nobody needs it."),
        (0x80070422, "The service is disabled. Set-Service -Name vmms -StartupType Automatic, then start it."),
        (0x80070426, _START_VMMS),
        (0x800705AA, "The host has not enough memory or other resources. Stop a VM or declare less."),
        (0x800705B4, "The host waited too long for something else. Run the playbook again."),
        (0x800706BA, _START_VMMS),
        (0x800706BE, _START_VMMS),
        (
            0xC0351000,
            "The hypervisor does not run. Switch on virtualization in the firmware, install the Hyper-V role "
            "and restart.",
        ),
        (0xC03A0001, "The file is not a whole virtual disk: its footer is missing. " + _BROKEN_CHAIN),
        (0xC03A0003, "The file is not a whole virtual disk: its footer is damaged. " + _BROKEN_CHAIN),
        (0xC03A0004, "The file is not a virtual disk of a known format."),
        (0xC03A000E, "The disk's parent is not the file it was made from. " + _BROKEN_CHAIN),
        (0xC03A000F, "The disk's parent was changed after the disk was made from it. " + _BROKEN_CHAIN),
        (
            0xC03A0012,
            "The size is not one that this kind of disk can have (VHD: at most 2040 GiB; VHDX: at most 64 TiB).",
        ),
        (0xC03A0014, "The file is not a virtual disk, or the host does not know its format (.vhd, .vhdx, .vhds)."),
        (0xC03A0015, "The file is not a virtual disk."),
        (0xC03A0017, "The disk and its parent have different sizes. " + _BROKEN_CHAIN),
        (0xC03A0018, "The chain of parents comes back to the disk itself."),
        (0xC03A0019, "A parent in the disk's chain cannot be opened. " + _BROKEN_CHAIN),
    )
}

#: First part of a FullyQualifiedErrorId (Hyper-V's own ErrorCode names, and PowerShell's) to hint.
HINTS_BY_ERROR_ID: t.Mapping[str, str] = {
    "AccessDenied": _RIGHTS,
    "ObjectNotFound": (
        "What the call works on does not exist (any more), or the Virtual Machine Management service is not running "
        "(Get-Service -Name vmms). " + _START_VMMS
    ),
    "InvalidState": "The VM's power state does not allow this. Option restart: if_needed lets a run stop and "
    "start the VM for it.",
    "OutOfMemory": "The host has not enough memory. Stop a VM or declare less start-up memory.",
    "OperationFailed": "The host's event log Microsoft-Windows-Hyper-V-VMMS-Admin says more.",
    "NotSupported": "This Windows release, or this VM's configuration version or generation, cannot do that.",
    "ParameterArgumentValidationError": "The cmdlet of this Windows release refuses the value.",
    "CannotConvertArgumentNoMessage": "The cmdlet of this Windows release does not know the value.",
}

#: Name of the ErrorCategory to hint.
HINTS_BY_CATEGORY: t.Mapping[str, str] = {
    "PermissionDenied": _RIGHTS,
    "SecurityError": _RIGHTS,
    "ResourceBusy": _IN_USE,
    "ObjectNotFound": HINTS_BY_ERROR_ID["ObjectNotFound"],
    "ResourceExists": "Something of that name is there already.",
}

#: How modules are installed that are not there.
_INSTALL = {
    "Hyper-V": "Install-WindowsFeature -Name Hyper-V -IncludeManagementTools -Restart",
    "FailoverClusters": "Install-WindowsFeature -Name Failover-Clustering -IncludeManagementTools",
    "IscsiTarget": "Install-WindowsFeature -Name FS-iSCSITarget-Server -IncludeManagementTools",
    "NetworkLoadBalancingClusters": "Install-WindowsFeature -Name NLB -IncludeManagementTools",
    "MPIO": "Install-WindowsFeature -Name Multipath-IO -Restart",
}


def hint(error: HostError) -> str:
    """Return what helps against an error, or an empty text when nothing is known."""
    if error.hresult is not None and error.hresult in HINTS_BY_HRESULT:
        return HINTS_BY_HRESULT[error.hresult]
    name = (error.error_id or "").partition(",")[0]
    return HINTS_BY_ERROR_ID.get(name) or HINTS_BY_CATEGORY.get(error.category or "", "")


def explained(error: HostError) -> str:
    """Return an error as sentences: what failed, what the host says, what helps."""
    special = _BY_KIND.get(error.kind)
    return special(error) if special is not None else _cmdlet(error)


def _said(error: HostError) -> str:
    return error.message.strip().rstrip(".") or "no message"


def _call(error: HostError) -> str:
    return error.call or "the batch runner"


def _cmdlet(error: HostError) -> str:
    details = []
    if error.error_id:
        details.append(f"error id {error.error_id}")
    if error.category:
        details.append(f"category {error.category}")
    if error.hresult is not None:
        details.append(f"HRESULT 0x{error.hresult & 0xFFFFFFFF:08X}")
    text = f"{_call(error)} failed: {_said(error)}"
    if details:
        text += f" ({', '.join(details)})"
    help_text = hint(error)
    return f"{text}. {help_text}" if help_text else f"{text}."


def _no_module(error: HostError) -> str:
    module = (error.call or "").partition("\\")[0] or "Hyper-V"
    install = _INSTALL.get(module)
    text = f"the PowerShell module {module} is not installed on the host"
    if install is None:
        return f"{text}. Install the Windows feature that brings it."
    return f"{text}. Install the role: {install}; then run the playbook again."


def _no_cmdlet(error: HostError) -> str:
    return (
        f"this host has no cmdlet {_call(error)}: its Windows release is too old for what was asked, or "
        f"its module is incomplete."
    )


def _no_parameter(error: HostError) -> str:
    name = f"-{error.parameter}" if error.parameter else "a parameter that was asked for"
    return (
        f"{_call(error)} of this Windows release has no parameter {name}. "
        "Leave the option out for this host, or use a newer Windows release."
    )


def _ambiguous(error: HostError) -> str:
    return (
        f"{_call(error)} found several things where exactly one was meant: {_said(error)}. "
        "Names are not unique in Hyper-V: rename or remove one of them."
    )


def _missing(error: HostError) -> str:
    return (
        f"{_call(error)} found nothing where one thing was expected: {_said(error)}. It was there when the "
        f"plan was made; run again."
    )


def _timeout(error: HostError) -> str:
    return (
        f"{_call(error)}: the host did not get there in time: {_said(error)}. It may still arrive; run the "
        f"playbook again."
    )


def _projection(error: HostError) -> str:
    return (
        f"{_call(error)} put out a value that this collection cannot read: {_said(error)}. "
        "Please report it with the Windows release of the host."
    )


def _locked(error: HostError) -> str:
    holder = error.holder or "somebody unknown"
    return (
        f"another run is changing this host: {holder}. Nothing was done. "
        "Wait for it, or give this run more patience with the variable hyperv_lock_wait (seconds)."
    )


def _stale(error: HostError) -> str:
    return (
        "other runs changed the host each time between this run's reading and its applying. Nothing was "
        "changed; run again."
    )


def _deadline(error: HostError) -> str:
    return (
        "the run's deadline passed before every step was started. What was done stays; run the playbook again, "
        "with more time in the variable hyperv_deadline (seconds) if need be."
    )


def _batch(error: HostError) -> str:
    return f"the host's runner refuses the batch, which is a defect of this collection: {_said(error)}."


def _internal(error: HostError) -> str:
    place = f" at {error.position}" if error.position else ""
    return f"the host's runner failed{place}, which is a defect of this collection: {_said(error)}."


_BY_KIND: t.Mapping[str, t.Callable[[HostError], str]] = {
    "no_module": _no_module,
    "no_cmdlet": _no_cmdlet,
    "no_parameter": _no_parameter,
    "ambiguous": _ambiguous,
    "missing": _missing,
    "timeout": _timeout,
    "projection": _projection,
    "locked": _locked,
    "stale": _stale,
    "deadline": _deadline,
    "batch": _batch,
    "internal": _internal,
}
