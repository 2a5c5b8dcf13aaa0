# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Power state of machines."""

from __future__ import annotations

from ..simulation.errors import OperationFailed, invalid_parameter
from ..simulation.machine import VirtualMachine
from .context import Context
from .registry import cmdlet

ALREADY = "The virtual machine is already in the specified state."


def _check(machine: VirtualMachine, doing: str, *allowed: str) -> None:
    """Refuse a state that the cmdlet itself refuses (PWR-03): it does not ask the service then.

    A critical state counts as the one that it is about: PausedCritical as Paused.
    """
    if machine.state.removesuffix("Critical") not in allowed:
        raise machine.wrong_state(doing)


@cmdlet("Hyper-V", "Start-VM", "Name VM")
def start_vm(ctx: Context) -> None:
    """Start, restore or resume machines."""

    def start(machine: VirtualMachine) -> None:
        if ctx.whatif:
            return
        if machine.state.startswith("Paused"):
            ctx.warn(f"The virtual machine '{machine.name}' is paused. It is resumed.")  # PWR-02
        if not machine.start():
            ctx.warn(ALREADY)  # PWR-01
        ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(), start)


@cmdlet("Hyper-V", "Stop-VM", "Name VM TurnOff Save Force")
def stop_vm(ctx: Context) -> None:
    """Shut machines down through their guests, turn them off, or save them.

    Shutting down lasts as long as the guest takes.
    """
    if ctx.flag("TurnOff") and ctx.flag("Save"):
        ctx.terminate(invalid_parameter("The parameters TurnOff and Save cannot be used together."))
    ctx.each(ctx.machines(), lambda machine: _stop(ctx, machine))


def _stop(ctx: Context, machine: VirtualMachine) -> None:
    if ctx.whatif:
        return
    if ctx.flag("Save"):
        _save(ctx, machine)
    elif machine.state == "Off":
        ctx.warn(ALREADY)  # PWR-04
    elif ctx.flag("TurnOff"):
        _check(machine, "turned off", "Running", "Paused", "Saved", "FastSaved")
        machine.turn_off()
    else:
        _shut_down(ctx, machine)
    ctx.emit_if_passthru(machine)


def _shut_down(ctx: Context, machine: VirtualMachine) -> None:
    if machine.state == "Running" and not machine.answers:  # PWR-05
        ctx.require_force("Are you sure you want to turn off the virtual machine?")
        machine.turn_off()
        return
    epoch = machine.epoch
    machine.request_shutdown()
    if ctx.wait(lambda: machine.state == "Off" or machine.epoch != epoch, ctx.host.timings.stop_force_limit):
        return
    failure = OperationFailed(f"{machine.about('failed to shut down.')}\nThe guest did not answer in time.")
    if ctx.flag("Force"):
        ctx.error(failure)
        machine.turn_off()  # PWR-06
        return
    if machine.state == "Stopping":
        machine.state = "Running"
    raise failure


@cmdlet("Hyper-V", "Save-VM", "Name VM")
def save_vm(ctx: Context) -> None:
    """Save machines."""

    def save(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            _save(ctx, machine)
            ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(), save)


def _save(ctx: Context, machine: VirtualMachine) -> None:
    _check(machine, "saved", "Running", "Paused", "Saved")
    if not machine.save():
        ctx.warn(ALREADY)


@cmdlet("Hyper-V", "Suspend-VM", "Name VM")
def suspend_vm(ctx: Context) -> None:
    """Pause machines."""

    def pause(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            if not machine.pause():
                ctx.warn(ALREADY)
            ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(), pause)


@cmdlet("Hyper-V", "Resume-VM", "Name VM")
def resume_vm(ctx: Context) -> None:
    """Resume paused machines."""

    def resume(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            if not machine.resume():
                ctx.warn(ALREADY)
            ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(), resume)


@cmdlet("Hyper-V", "Restart-VM", "Name VM Force Wait For Delay Timeout Type")
def restart_vm(ctx: Context) -> None:
    """Reset machines (PWR-08); with -Wait until the guest answers."""
    if ctx.text("Type") == "Reboot":
        ctx.not_simulated("-Type Reboot")
    chosen = ctx.machines()
    if chosen and not ctx.whatif:
        ctx.require_force("Are you sure you want to restart the virtual machine?")

    def restart(machine: VirtualMachine) -> None:
        if ctx.whatif:
            return
        _check(machine, "restarted", "Running")
        machine.reset()  # PWR-08
        ctx.emit_if_passthru(machine)

    ctx.each(chosen, restart)
    if ctx.flag("Wait") and not ctx.whatif:
        _wait_for(ctx, chosen)


@cmdlet("Hyper-V", "Wait-VM", "Name VM For Delay Timeout")
def wait_vm(ctx: Context) -> None:
    """Wait for a heartbeat or an address."""
    chosen = ctx.machines()
    _wait_for(ctx, chosen)
    for machine in chosen:
        ctx.emit_if_passthru(machine)


def _wait_for(ctx: Context, chosen: list[VirtualMachine]) -> None:
    kind = ctx.text("For") or "Heartbeat"
    if kind not in ("Heartbeat", "IPAddress", "Reboot"):
        ctx.not_simulated(f"-For {kind}")
    epochs = {machine.id: machine.epoch for machine in chosen}

    def ready(machine: VirtualMachine) -> bool:
        if kind == "Reboot":
            return machine.heartbeat and machine.epoch != epochs[machine.id]
        return machine.has_addresses if kind == "IPAddress" else machine.heartbeat

    timeout = ctx.integer("Timeout")
    if not ctx.wait(
        lambda: all(ready(machine) for machine in chosen), None if timeout is None or timeout < 0 else float(timeout)
    ):
        ctx.error(
            OperationFailed("The operation timed out.", error_id="OperationFailed", category="InvalidOperation")
        )  # PWR-14


@cmdlet("Hyper-V", "Remove-VMSavedState", "VMName VM")
def remove_saved_state(ctx: Context) -> None:
    """Throw saved states away."""

    def remove(machine: VirtualMachine) -> None:
        if not ctx.whatif:
            if machine.state == "Off":
                ctx.warn(ALREADY)  # PWR-09
            else:
                machine.remove_saved_state()
            ctx.emit_if_passthru(machine)

    ctx.each(ctx.machines(name="VMName"), remove)
