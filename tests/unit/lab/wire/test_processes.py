# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Commands that are processes: streams, ends, and what happens to them when nobody wants them any more."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable

from lab.wire.wire_clients import MakeWire, WinRM, Wire

from hyperv_lab.wire.limits import ServiceLimits

CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be collected does not."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        try:
            with open(f"/proc/{pid}/stat") as status:
                return status.read().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return os.path.isdir("/proc/self") is False
    return False


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def start_with_child(client: WinRM) -> tuple[str, int]:
    command = client.start(CHILD)
    output = b""
    while not output.endswith(b"\n"):
        output += client.protocol.get_command_output_raw(client.shell, command)[0]
    return command, int(output)


def test_streams_and_exit_code(processes: Wire) -> None:
    script = "import sys; sys.stdout.write(sys.stdin.read()[::-1]); sys.stderr.write('!'); sys.exit(9)"
    assert processes.winrm("ntlm").run(script, b"abc") == (b"cba", b"!", 9)


def test_a_megabyte_through_a_process(processes: Wire) -> None:
    data = os.urandom(512 * 1024).hex().encode()
    script = "import sys; sys.stdout.write(sys.stdin.read())"
    assert processes.winrm("ntlm").run(script, data) == (data, b"", 0)


def test_without_input_standard_input_is_empty(processes: Wire) -> None:
    assert processes.winrm().run("import sys; print(len(sys.stdin.read()))") == (b"0\n", b"", 0)


def test_output_arrives_while_the_process_runs(processes: Wire) -> None:
    client = processes.winrm()
    command = client.start("import os, time; os.write(1, b'early\\n'); time.sleep(60)")
    output, _, _, done = client.protocol.get_command_output_raw(client.shell, command)
    assert (output, done) == (b"early\n", False)
    client.protocol.cleanup_command(client.shell, command)


def test_a_process_that_reads_nothing_does_not_block_its_sender(processes: Wire) -> None:
    client = processes.winrm()
    assert client.run("print('done')", b"x" * 1_000_000) == (b"done\n", b"", 0)


def test_deleting_the_shell_ends_the_process_and_its_children(processes: Wire) -> None:
    client = processes.winrm()
    _, child = start_with_child(client)
    process = processes.engine.started[0]
    assert alive(child)
    client.protocol.close_shell(client.shell)
    wait_until(lambda: not alive(child) and process.poll() is not None)


def test_signalling_a_command_ends_the_process_and_its_children(processes: Wire) -> None:
    client = processes.winrm()
    command, child = start_with_child(client)
    client.protocol.cleanup_command(client.shell, command)
    wait_until(lambda: not alive(child) and processes.engine.started[0].poll() is not None)


def test_what_a_vanished_client_left_ends_with_its_idle_shell(make_wire: MakeWire, processes: Wire) -> None:
    wire = make_wire(processes.engine, limits=ServiceLimits(idle_timeout=1.0))
    client = wire.winrm("ntlm")
    _, child = start_with_child(client)
    client.protocol.transport.close_session()
    assert len(wire.service.shells) == 1
    wait_until(lambda: not alive(child) and len(wire.service.shells) == 0)


def test_closing_the_lab_ends_everything(make_wire: MakeWire, processes: Wire) -> None:
    wire = make_wire(processes.engine)
    _, child = start_with_child(wire.winrm())
    wire.server.close()
    wait_until(lambda: not alive(child))


def test_a_process_killed_from_outside_is_reported(processes: Wire) -> None:
    client = processes.winrm()
    command, _ = start_with_child(client)
    processes.engine.started[0].kill()
    output, _, code = client.protocol.get_command_output(client.shell, command)
    assert (output, code) == (b"", 0xFFFFFFF7)


def test_an_end_is_noticed_at_once(processes: Wire) -> None:
    """Not only when the client asks again, after the operation timeout."""
    client = processes.winrm(operation_timeout=300)
    begin = time.monotonic()
    client.run("import time; time.sleep(0.2)")
    assert time.monotonic() - begin < 200
