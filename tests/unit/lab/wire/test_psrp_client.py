# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""pypsrp, the client of Ansible's psrp connection, against the wire and the Python engine's runspaces."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from lab.wire.wire_clients import TestInterpreter, Wire
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.host import PSHost, PSHostUserInterface
from pypsrp.powershell import PowerShell, PSInvocationState, RunspacePool


class RecordingHost(PSHost):
    """Takes the exit code, as Ansible's connection does."""

    def __init__(self) -> None:
        super().__init__(None, None, False, "test", None, PSHostUserInterface(), None)


def run(pool: RunspacePool, script: str, data: list[str] | None = None) -> tuple[list[Any], PowerShell]:
    shell = PowerShell(pool)
    shell.add_script(script)
    return shell.invoke(data), shell


@pytest.mark.parametrize(
    ("auth", "scheme", "encryption"),
    [
        ("basic", "http", "never"),
        ("basic", "https", "auto"),
        ("ntlm", "http", "auto"),
        ("negotiate", "http", "auto"),
        ("negotiate", "http", "never"),
        ("negotiate", "https", "auto"),
        ("ntlm", "https", "always"),
    ],
)
def test_each_way_to_log_on_runs_a_pipeline(wire: Wire, auth: str, scheme: str, encryption: str) -> None:
    with RunspacePool(wire.wsman(auth, scheme, encryption=encryption)) as pool:
        output, shell = run(pool, "who")
        assert output == ["Administrator HV01 psrp"]
        assert not shell.had_errors
        assert pool.protocol_version == "2.3"
    assert len(wire.service.shells) == 0


@pytest.mark.parametrize("auth", ["basic", "ntlm", "negotiate"])
def test_wrong_credentials_are_refused(wire: Wire, auth: str) -> None:
    with pytest.raises(AuthenticationError):
        RunspacePool(wire.wsman(auth, password="wrong")).open()


def test_a_megabyte_goes_in_and_comes_out(wire: Wire) -> None:
    lines = [f"{number:07d} <Ünicode & more> " + "x" * 970 for number in range(1050)]
    with RunspacePool(wire.wsman()) as pool:
        output, _ = run(pool, "echo", lines)
    assert output == lines


def test_one_line_of_a_megabyte_comes_out(wire: Wire) -> None:
    with RunspacePool(wire.wsman()) as pool:
        output, _ = run(pool, "repeat 1000000")
    assert [len(line) for line in output] == [1000000]


def test_exit_code_and_error_arrive(wire: Wire) -> None:
    host = RecordingHost()
    with RunspacePool(wire.wsman(), host=host) as pool:
        output, shell = run(pool, "fail 7")
    assert output == ["some output"]
    assert [str(record) for record in shell.streams.error] == ["what went wrong"]
    assert host.rc == 7


def test_pipelines_follow_each_other_on_one_pool(wire: Wire, interpreter: TestInterpreter) -> None:
    with RunspacePool(wire.wsman()) as pool:
        for number in range(5):
            output, shell = run(pool, "echo", [f"line {number}"])
            assert output == [f"line {number}"]
            # Ansible's way to free the pipeline before the next one.
            shell.state = PSInvocationState.RUNNING
            shell.stop()
    assert [call[2] for call in interpreter.calls] == [f"line {number}" for number in range(5)]


def test_a_finished_pipeline_can_be_closed(wire: Wire) -> None:
    with RunspacePool(wire.wsman()) as pool:
        _, shell = run(pool, "who")
        shell.close()
        with pytest.raises(WSManFaultError):
            shell.close()


def test_a_pipeline_may_take_longer_than_the_operation_timeout(wire: Wire, interpreter: TestInterpreter) -> None:
    with RunspacePool(wire.wsman(operation_timeout=1)) as pool:
        shell = PowerShell(pool)
        shell.add_script("wait")
        shell.begin_invoke()
        begin = time.monotonic()
        with pytest.raises(WSManFaultError) as caught:
            pool._receive(shell.id)
        assert caught.value.code == 0x80338029
        assert time.monotonic() - begin > 0.9
        threading.Timer(1.5, interpreter.release.set).start()
        assert shell.end_invoke() == ["released"]


def test_a_running_pipeline_can_be_stopped(wire: Wire, interpreter: TestInterpreter) -> None:
    with RunspacePool(wire.wsman()) as pool:
        shell = PowerShell(pool)
        shell.add_script("wait")
        shell.begin_invoke()
        shell.stop()
        interpreter.release.set()
        assert run(pool, "who")[0] == ["Administrator HV01 psrp"]


def test_the_pool_answers_questions_about_itself(wire: Wire) -> None:
    with RunspacePool(wire.wsman(), max_runspaces=3) as pool:
        assert pool.get_available_runspaces() == 3
        pool.reset_runspace_state()
        pool.exchange_keys()
        assert pool.is_alive()


def test_the_servers_envelope_size_can_be_asked_for(wire: Wire) -> None:
    wsman = wire.wsman()
    wsman.update_max_payload_size()
    assert wsman.max_envelope_size == 512_000


def test_a_creation_that_is_no_psrp_is_a_fault(wire: Wire) -> None:
    from pypsrp.shell import WinRS

    with pytest.raises(WSManFaultError):
        WinRS(wire.wsman(), resource_uri="http://schemas.microsoft.com/powershell/Microsoft.PowerShell").open()


def test_an_unknown_resource_is_a_fault(wire: Wire) -> None:
    from pypsrp.shell import WinRS

    with pytest.raises(WSManFaultError) as caught:
        WinRS(wire.wsman(), resource_uri="http://schemas.example/other").open()
    assert caught.value.code == 0x80338000
