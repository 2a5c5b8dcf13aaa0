# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""COM ports of machines."""

from __future__ import annotations

import re

from ..simulation.errors import invalid_parameter
from ..simulation.settings import ComPort, Settings
from .context import Context
from .registry import cmdlet

_PIPE = re.compile(r"\\\\[^\\]+\\pipe\\[^\\]+", re.IGNORECASE)


@cmdlet("Hyper-V", "Get-VMComPort", "VMName VM VMSnapshot Number")
def get_ports(ctx: Context) -> None:
    """Both ports, or one of them."""
    for settings in ctx.settings():
        for port in _ports(ctx, settings):
            ctx.emit(port)


@cmdlet("Hyper-V", "Set-VMComPort", "VMName VM VMComPort Number Path DebuggerMode")
def set_port(ctx: Context) -> None:
    """Change a port."""
    if ctx.has("VMComPort"):
        chosen = ctx.components("VMComPort", ComPort)
    else:
        chosen = [port for machine in ctx.machines(name="VMName") for port in _ports(ctx, machine.settings)]

    def change(port: ComPort) -> None:
        port.machine.require_off("device 'Serial Port'")  # COM-02
        path = ctx.text("Path")
        if path and not _PIPE.fullmatch(path):  # COM-03
            raise invalid_parameter(f"The path '{path}' is not a named pipe.")
        if ctx.whatif:
            return
        if path is not None:
            port.path = path
        if ctx.has("DebuggerMode"):
            port.debugger_mode = bool(ctx.on_off("DebuggerMode"))
        ctx.emit_if_passthru(port)

    ctx.each(chosen, change)


def _ports(ctx: Context, settings: Settings) -> list[ComPort]:
    number = ctx.integer("Number")
    if number is None:
        return list(settings.com_ports)
    if number not in (1, 2):  # COM-01
        ctx.terminate(invalid_parameter(f"There is no COM port {number}; there are 1 and 2."))
    return [settings.com_ports[number - 1]]
