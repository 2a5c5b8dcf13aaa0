# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The Python engine's scripts learn that their process was ended."""

from __future__ import annotations

import pytest
from lab.wire.wire_clients import TestInterpreter, Wire
from pypsrp.powershell import PowerShell, RunspacePool


@pytest.mark.parametrize("way", ["signal", "delete"])
def test_ending_a_command_tells_its_script(wire: Wire, interpreter: TestInterpreter, way: str) -> None:
    client = wire.winrm()
    command = client.start("wait", standard_input=True)
    client.protocol.send_command_input(client.shell, command, b"x", end=True)
    assert not interpreter.cancelled.wait(0.1)
    if way == "signal":
        client.protocol.cleanup_command(client.shell, command)
    else:
        client.protocol.close_shell(client.shell)
    assert interpreter.cancelled.wait(60)


@pytest.mark.parametrize("way", ["stop", "close"])
def test_ending_a_pipeline_tells_its_script(wire: Wire, interpreter: TestInterpreter, way: str) -> None:
    pool = RunspacePool(wire.wsman())
    pool.open()
    shell = PowerShell(pool)
    shell.add_script("wait")
    shell.begin_invoke()
    assert not interpreter.cancelled.wait(0.1)
    if way == "stop":
        shell.stop()
    pool.close()
    assert interpreter.cancelled.wait(60)
