# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A real PowerShell behind the wire, without any simulated module: processes, and its own remoting server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml
from lab.wire.wire_clients import MakeWire, Wire
from pypsrp.exceptions import WSManFaultError
from pypsrp.host import PSHost, PSHostUserInterface
from pypsrp.powershell import PowerShell, PSInvocationState, RunspacePool

from hyperv_lab.engine.powershell import find_powershell
from hyperv_lab.wire.inventory import Login, make_inventory
from hyperv_lab.wire.powershell_engine import PowerShellShellEngine
from hyperv_lab.wire.process_tree import descendants


class PlainPowerShell:
    """Starts PowerShell with no more around it than Ansible's wrapper needs."""

    def __init__(self, executable: Path, folder: Path) -> None:
        self.executable = str(executable)
        self.started: list[subprocess.Popen[bytes]] = []
        programs = folder / "programs"
        programs.mkdir()
        for name in ("PowerShell", "powershell"):
            (programs / name).symlink_to(executable)
        (programs / "chcp.com").write_text("#!/bin/sh\nexit 0\n")
        (programs / "chcp.com").chmod(0o755)
        home = folder / "home"
        home.mkdir()
        self.environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "TEMP": str(home),
            "COMPUTERNAME": "HV01",
        }

    def _start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [self.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment,
        )
        self.started.append(process)
        return process

    def start_command(self, host: object, session: object, argv: list[str]) -> subprocess.Popen[bytes]:
        return self._start(argv[1:])

    def start_server_mode(self, host: object, session: object) -> subprocess.Popen[bytes]:
        return self._start(["-ServerMode"])

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def powershell(make_wire: MakeWire, tmp_path: Path) -> Wire:
    executable = find_powershell()
    assert executable is not None
    return make_wire(PowerShellShellEngine(PlainPowerShell(executable, tmp_path)))


def pipeline(pool: RunspacePool, script: str) -> PowerShell:
    shell = PowerShell(pool)
    shell.add_script(script)
    return shell


@pytest.mark.parametrize(
    ("connection", "transport", "scheme"),
    [("winrm", "basic", "http"), ("winrm", "ntlm", "https"), ("psrp", "negotiate", "http"), ("psrp", "basic", "https")],
)
def test_ansible_pings(powershell: Wire, tmp_path: Path, connection: str, transport: str, scheme: str) -> None:
    server = powershell.server
    logins = {"HV01": Login("Administrator", "P@ss:w0rd mit Ümlaut")}
    inventory = make_inventory(
        server.endpoints,
        logins,
        server.certificates.authority,
        connection=connection,
        transport=transport,
        scheme=scheme,
    )
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump(inventory))
    run = subprocess.run(
        [Path(sys.executable).parent / "ansible", "-i", "inventory.yml", "all", "-m", "ansible.windows.win_ping"],
        cwd=tmp_path,
        env={**os.environ, "ANSIBLE_HOME": str(tmp_path / "ansible"), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"ping": "pong"' in run.stdout, run.stdout + run.stderr
    assert len(powershell.service.shells) == 0


def test_a_process_gets_a_megabyte_and_gives_it_back(powershell: Wire) -> None:
    text = ("0123456789 äöü\n" * 70_000).encode()
    script = "[Console]::InputEncoding = [Console]::OutputEncoding = [Text.UTF8Encoding]::new($false); $input"
    output, _, code = powershell.winrm("ntlm").run(script, text)
    assert code == 0
    assert output.decode().split() == text.decode().split()


def test_a_process_ends_with_its_shell(powershell: Wire) -> None:
    client = powershell.winrm()
    encoded = "[Console]::Out.WriteLine('up'); [Console]::Out.Flush(); while ($true) { Start-Sleep -Seconds 1 }"
    command = client.start(encoded)
    assert client.protocol.get_command_output_raw(client.shell, command)[0].strip() == b"up"
    process = powershell.engine._starter.started[0]
    assert process.poll() is None
    client.protocol.close_shell(client.shell)
    assert process.wait(60) is not None
    assert descendants(process.pid) == []


def test_a_pipelines_streams_and_exit_code_arrive(powershell: Wire) -> None:
    host = PSHost(None, None, False, "test", None, PSHostUserInterface(), None)
    with RunspacePool(powershell.wsman(), host=host) as pool:
        shell = pipeline(pool, "1..3 | ForEach-Object { $_ * 2 }; Write-Error 'oops'; Write-Warning 'careful'; exit 5")
        assert shell.invoke() == [2, 4, 6]
        assert [str(record) for record in shell.streams.error] == ["oops"]
        assert [str(record) for record in shell.streams.warning] == ["careful"]
    assert host.rc == 5


def test_a_megabyte_goes_through_a_pipeline_in_order(powershell: Wire) -> None:
    lines = [f"{number:06d} " + "ü" * 1000 for number in range(1000)]
    with RunspacePool(powershell.wsman()) as pool:
        assert pipeline(pool, "$input").invoke(lines) == lines


def test_state_stays_in_the_runspace_between_pipelines(powershell: Wire) -> None:
    with RunspacePool(powershell.wsman()) as pool:
        for number in range(4):
            shell = pipeline(pool, "$global:count += 1; $count")
            assert shell.invoke() == [number + 1]
            shell.state = PSInvocationState.RUNNING
            shell.stop()


def test_a_running_pipeline_can_be_stopped(powershell: Wire) -> None:
    with RunspacePool(powershell.wsman()) as pool:
        shell = pipeline(pool, "while ($true) { Start-Sleep -Milliseconds 100 }")
        shell.begin_invoke()
        shell.stop()
        assert pipeline(pool, "'next'").invoke() == ["next"]


def test_a_pipeline_longer_than_the_operation_timeout(powershell: Wire) -> None:
    with RunspacePool(powershell.wsman(operation_timeout=1)) as pool:
        begin = time.monotonic()
        assert pipeline(pool, "Start-Sleep -Seconds 2; 'late'").invoke() == ["late"]
        assert time.monotonic() - begin >= 2


def test_the_process_ends_with_its_pool(powershell: Wire) -> None:
    pool = RunspacePool(powershell.wsman())
    pool.open()
    process = powershell.engine._starter.started[0]
    assert process.poll() is None
    pool.close()
    assert process.wait(60) is not None


def test_a_killed_process_is_a_fault_not_a_hang(powershell: Wire) -> None:
    with RunspacePool(powershell.wsman()) as pool:
        shell = pipeline(pool, "Start-Sleep -Seconds 60")
        shell.begin_invoke()
        threading.Timer(0.3, powershell.engine._starter.started[0].kill).start()
        with pytest.raises(WSManFaultError) as caught:
            shell.end_invoke()
        assert caught.value.code == 995
