# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Security of machines: key protector, virtual TPM, encryption, shielding."""

from __future__ import annotations

import random

from ..simulation.errors import OperationFailed, invalid_operation, invalid_parameter
from ..simulation.machine import VirtualMachine
from ..simulation.settings import Security
from .context import Context
from .registry import cmdlet

PROTECTOR_LENGTH = 64
"""Bytes of a simulated key protector; a real one has some thousand."""


@cmdlet("Hyper-V", "Get-VMSecurity", "VMName VM")
def get_security(ctx: Context) -> None:
    """Security settings."""
    for machine in ctx.machines(name="VMName"):
        ctx.emit(machine.settings.security)


@cmdlet("Hyper-V", "Set-VMSecurity", "VMName VM EncryptStateAndVmMigrationTraffic VirtualizationBasedSecurityOptOut")
def set_security(ctx: Context) -> None:
    """Change security settings."""

    def change(machine: VirtualMachine) -> None:
        security = _changeable(machine)
        encrypted = ctx.boolean("EncryptStateAndVmMigrationTraffic")
        if encrypted:
            _require_protector(machine)
        if encrypted is False and security.shielded:  # SEC-06
            raise invalid_operation(f"'{machine.name}' is shielded: encryption cannot be turned off.")
        if ctx.whatif:
            return
        if encrypted is not None:
            security.encrypted = encrypted
        opted_out = ctx.boolean("VirtualizationBasedSecurityOptOut")
        if opted_out is not None:
            security.virtualization_based_security_opt_out = opted_out
        ctx.emit_if_passthru(security)

    ctx.each(ctx.machines(name="VMName"), change)


@cmdlet("Hyper-V", "Set-VMSecurityPolicy", "VMName VM Shielded")
def set_policy(ctx: Context) -> None:
    """Shield machines, or end that."""

    def change(machine: VirtualMachine) -> None:
        security = _changeable(machine)
        shielded = ctx.boolean("Shielded")
        if shielded:
            _require_generation_2(machine)
            _require_protector(machine)
            firmware = machine.settings.firmware
            if firmware is None or not firmware.secure_boot:  # SEC-05
                raise invalid_parameter(f"A shielded virtual machine needs secure boot ('{machine.name}').")
        if ctx.whatif or shielded is None:
            return
        security.shielded = shielded
        security.tpm = security.tpm or shielded  # SEC-05
        security.encrypted = security.encrypted or shielded
        ctx.emit_if_passthru(security)

    ctx.each(ctx.machines(name="VMName"), change)


@cmdlet("Hyper-V", "Get-VMKeyProtector", "VMName VM")
def get_protector(ctx: Context) -> None:
    """The bytes of key protectors, which do not say whose they are: one object for each machine (SEC-04)."""
    for machine in ctx.machines(name="VMName"):
        protector = machine.settings.security.key_protector
        if ctx.host.bytes_one_by_one:
            for byte in protector:
                ctx.emit(byte)
        else:
            ctx.emit(bytes(protector))


@cmdlet("Hyper-V", "Set-VMKeyProtector", "VMName VM KeyProtector NewLocalKeyProtector")
def set_protector(ctx: Context) -> None:
    """Give machines a new local key protector, or one given as bytes."""

    def change(machine: VirtualMachine) -> None:
        security = _changeable(machine)
        given = tuple(int(byte) for byte in ctx.items("KeyProtector"))
        if not given and not ctx.flag("NewLocalKeyProtector"):
            raise invalid_parameter("No key protector was given.")
        if ctx.whatif:
            return
        security.key_protector = given or tuple(random.Random(str(machine.id)).randbytes(PROTECTOR_LENGTH))
        ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(name="VMName"), change)


@cmdlet("Hyper-V", "Enable-VMTPM", "VMName VM")
def enable_tpm(ctx: Context) -> None:
    """Give machines a virtual TPM."""

    def enable(machine: VirtualMachine) -> None:
        _require_generation_2(machine)
        security = _changeable(machine)
        _require_protector(machine)
        if not ctx.whatif:
            security.tpm = True
            ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(name="VMName"), enable)


@cmdlet("Hyper-V", "Disable-VMTPM", "VMName VM")
def disable_tpm(ctx: Context) -> None:
    """Take the virtual TPM away."""

    def disable(machine: VirtualMachine) -> None:
        _require_generation_2(machine)
        security = _changeable(machine)
        if security.shielded:  # SEC-06
            raise _held(machine)
        if not ctx.whatif:
            security.tpm = False
            ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(name="VMName"), disable)


def _changeable(machine: VirtualMachine) -> Security:
    machine.require_off("security settings")  # SEC-03
    return machine.settings.security


def _require_generation_2(machine: VirtualMachine) -> None:
    if machine.generation == 1:  # SEC-01
        raise invalid_parameter(f"The generation 1 virtual machine '{machine.name}' does not support a virtual TPM.")


def _require_protector(machine: VirtualMachine) -> None:
    if not machine.settings.security.protected:  # SEC-02
        raise OperationFailed(
            f"Cannot modify the selected security settings of virtual machine '{machine.name}' without a valid key "
            f"protector configured. (Virtual machine ID {str(machine.id).upper()})",
            error_id="OperationFailed",
            category="InvalidOperation",
        )


def _held(machine: VirtualMachine) -> OperationFailed:
    return invalid_parameter(f"'{machine.name}' is shielded, and its security settings cannot be weakened.")
