# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Ansible's ssh connection: its ssh program is a script here that hands the command to a shell of the lab's host.

So everything is real but sshd itself: the connection plugin, the command line it builds, the input that it sends.
"""

from __future__ import annotations

import stat
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_runs.control_node import ControlNode
from ansible_runs.ways import ENGINES, Way

#: Like sshd on Windows, it gives the command to a shell with the client's input as standard input. ansible-core 2.17
#: begins it with `chcp.com 65001 > $null ;`, which means nothing on the lab's hosts.
PROGRAM = """#!{python}
import sys
from winrm.protocol import Protocol

protocol = Protocol({url!r}, transport="ntlm", username={user!r}, password={password!r})
shell = protocol.open_shell(codepage=65001)
line = sys.argv[-1].rpartition(" ; ")[2]
command = protocol.run_command(shell, line, console_mode_stdin=False)
data = sys.stdin.buffer.read()
for start in range(0, max(len(data), 1), 200_000):
    protocol.send_command_input(shell, command, data[start : start + 200_000], end=start + 200_000 >= len(data))
output, errors, code = protocol.get_command_output(shell, command)
protocol.close_shell(shell)
sys.stdout.buffer.write(output)
sys.stderr.buffer.write(errors)
sys.exit(code)
"""
SWITCH = {"name": "over ssh", "type": "internal"}


def variables_for_ssh(node: ControlNode, folder: Path) -> dict[str, t.Any]:
    """Return what makes the lab's inventory one for ssh with a key, that is without a password."""
    host = node.lab.host_names[0]
    login = node.lab.login(host)
    program = folder / "ssh"
    program.write_text(
        PROGRAM.format(
            python=sys.executable,
            url=node.lab.endpoints[host].http_url,
            user=login.username,
            password=login.password,
        )
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return {
        "ansible_connection": "ssh",
        "ansible_shell_type": "powershell",
        "ansible_password": "",
        "ansible_ssh_executable": str(program),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_two_exchanges_and_one(engine: str, folder: Path) -> None:
    with Way("winrm", engine=engine).lab(folder) as node:
        task = {"datacenter.hyperv.switch": SWITCH}
        run = node.run_tasks(
            {"name": "Foretold", **task, "check_mode": True},
            {"name": "Made", **task},
            {"name": "Again", **task},
            hosts=node.lab.host_names[0],
            variables=variables_for_ssh(node, folder),
        ).succeeded()
        told, made, again = (run.result(name) for name in ("Foretold", "Made", "Again"))
        assert [result["changed"] for result in (told, made, again)] == [True, True, False]
        assert [result["exchanges"] for result in (told, made, again)] == [1, 2, 1]
        assert made["switch"]["type"] == "internal"
        assert [switch.name for switch in node.lab.estate.host(node.lab.host_names[0]).switches.values()] == [
            "over ssh"
        ]


def test_a_host_that_refuses(folder: Path) -> None:
    with Way("winrm").lab(folder) as node:
        variables = variables_for_ssh(node, folder)
        program = Path(variables["ansible_ssh_executable"])
        program.write_text("#!/bin/sh\necho 'ssh: connect to host hv01 port 22: Connection refused' >&2\nexit 255\n")
        event = node.run_tasks({"name": "Made", "datacenter.hyperv.switch": SWITCH}, variables=variables).event("Made")
        assert event.status == "unreachable"
        assert "ansible_port" in event.result["msg"]
