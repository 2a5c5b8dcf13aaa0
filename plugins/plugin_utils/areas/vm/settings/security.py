# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of security: the key protector, the virtual TPM, Set-VMSecurity and Set-VMSecurityPolicy.

The rows stand in the order in which protection is turned on: a TPM and encryption need a key protector, shielding needs
them all.
"""

from __future__ import annotations

import typing as t

from ....core.setting import OFF_ONLY
from .row import KEY_PROTECTORS, SECURITY, Row, row

SET_KEY_PROTECTOR = "Hyper-V\\Set-VMKeyProtector"
ENABLE_TPM, DISABLE_TPM = "Hyper-V\\Enable-VMTPM", "Hyper-V\\Disable-VMTPM"
SET_SECURITY = "Hyper-V\\Set-VMSecurity"
SET_POLICY = "Hyper-V\\Set-VMSecurityPolicy"

#: Options that need another one; declaring the first declares the others as well.
NEEDED: t.Mapping[str, tuple[str, ...]] = {
    "security.shielded": ("security.tpm", "security.encrypt_state_and_migration_traffic", "security.key_protector"),
    "security.tpm": ("security.key_protector",),
    "security.encrypt_state_and_migration_traffic": ("security.key_protector",),
}

_NO_SECURITY = "generation 1 has no virtual TPM and cannot be shielded; leave it out or declare generation: 2"


def _security(option: str, read: str, write: tuple[str, str], **more: t.Any) -> Row:
    return row(f"security.{option}", (SECURITY, read, "boolean"), write, states=OFF_ONLY, **more)


SECURITY_ROWS: tuple[Row, ...] = (
    row(
        "security.key_protector",
        (KEY_PROTECTORS, "KeyProtector", "boolean"),
        (SET_KEY_PROTECTOR, "NewLocalKeyProtector"),
        states=OFF_ONLY,
    ),
    _security(
        "tpm",
        "TpmEnabled",
        (ENABLE_TPM, ""),
        calls={False: DISABLE_TPM},
        generations=(2,),
        lacking=_NO_SECURITY,
    ),
    _security(
        "encrypt_state_and_migration_traffic",
        "EncryptStateAndVmMigrationTraffic",
        (SET_SECURITY, "EncryptStateAndVmMigrationTraffic"),
    ),
    _security(
        "virtualization_based_security_opt_out",
        "VirtualizationBasedSecurityOptOut",
        (SET_SECURITY, "VirtualizationBasedSecurityOptOut"),
        generations=(2,),
        lacking="generation 1 has no virtualization-based security; leave it out or declare generation: 2",
    ),
    _security("shielded", "Shielded", (SET_POLICY, "Shielded"), generations=(2,), lacking=_NO_SECURITY),
)
