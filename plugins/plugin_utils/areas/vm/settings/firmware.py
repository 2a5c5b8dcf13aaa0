# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of the firmware of generation 2 (Set-VMFirmware) and of the BIOS of generation 1 (Set-VMBios)."""

from __future__ import annotations

import typing as t

from ....core.setting import OFF_ONLY
from ....core.step import UniqueId
from .row import BIOS, FIRMWARE, ON_OFF, Row, Words, row

SET_FIRMWARE = "Hyper-V\\Set-VMFirmware"
SET_BIOS = "Hyper-V\\Set-VMBios"

#: Ids of the templates that Windows has: the same in every language (Microsoft Learn, Set-VMFirmware; MSLab).
TEMPLATE_IDS: t.Mapping[str, str] = {
    "MicrosoftWindows": "1734c6e8-3154-4dda-ba5f-a874cc483422",
    "MicrosoftUEFICertificateAuthority": "272e7447-90a4-4563-a4b9-8e4ab00526ce",
    "OpenSourceShieldedVM": "4292ae2b-ee2c-42b5-a969-dd8f8689f6f3",
}
PROTOCOLS: Words = {"ipv4": "IPv4", "ipv6": "IPv6"}
CONSOLE_MODES: Words = {"default": "Default", "com1": "COM1", "com2": "COM2", "none": "None"}

_NO_SECURE_BOOT = "generation 1 has no secure boot; leave it out or declare generation: 2"
_NO_UEFI = "generation 1 has no UEFI firmware; leave it out or declare generation: 2"
_NO_BIOS = "generation 2 has no BIOS; leave it out or declare generation: 1"


def template_name(written: str) -> str | None:
    """Return a template as rows have it: the name of one that Windows has, else its id; None for another text."""
    folded = written.strip().lower().strip("{}")
    for name, template_id in TEMPLATE_IDS.items():
        if folded in (name.lower(), template_id):
            return name
    digits = folded.replace("-", "")
    if len(folded) == 36 and folded.count("-") == 4 and len(digits) == 32 and not set(digits) - set("0123456789abcdef"):
        return folded
    return None


def _template(value: str) -> dict[str, t.Any]:
    if value in TEMPLATE_IDS:
        return {"SecureBootTemplate": value}
    return {"SecureBootTemplateId": UniqueId(value)}


def _num_lock(value: bool) -> dict[str, t.Any]:
    return {"EnableNumLock" if value else "DisableNumLock": True}


def _firmware(option: str, read: str, parameter: str, words: Words, lacking: str = _NO_UEFI) -> Row:
    return row(
        option,
        (FIRMWARE, read, "enum"),
        (SET_FIRMWARE, parameter),
        states=OFF_ONLY,
        generations=(2,),
        words=words,
        lacking=lacking,
    )


FIRMWARE_ROWS: tuple[Row, ...] = (
    _firmware("secure_boot", "SecureBoot", "EnableSecureBoot", ON_OFF, _NO_SECURE_BOOT),
    row(
        "secure_boot_template",
        (FIRMWARE, "SecureBootTemplateId", "guid"),
        (SET_FIRMWARE, "SecureBootTemplate"),
        states=OFF_ONLY,
        generations=(2,),
        words=TEMPLATE_IDS,
        to_parameters=_template,
        lacking=_NO_SECURE_BOOT,
    ),
    _firmware(
        "firmware.network_boot_protocol", "PreferredNetworkBootProtocol", "PreferredNetworkBootProtocol", PROTOCOLS
    ),
    _firmware("firmware.console_mode", "ConsoleMode", "ConsoleMode", CONSOLE_MODES),
    _firmware("firmware.pause_after_boot_failure", "PauseAfterBootFailure", "PauseAfterBootFailure", ON_OFF),
    row(
        "num_lock",
        (BIOS, "NumLockEnabled", "boolean"),
        (SET_BIOS, "EnableNumLock"),
        states=OFF_ONLY,
        generations=(1,),
        to_parameters=_num_lock,
        lacking=_NO_BIOS,
    ),
)
