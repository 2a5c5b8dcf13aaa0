# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Many hosts and many clients at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lab.wire.wire_clients import MakeWire, TestInterpreter, Wire
from pypsrp.powershell import PowerShell, RunspacePool
from winrm.protocol import Protocol

from hyperv_lab.wire.endpoint_server import EndpointServer, HostWire, PortInUse
from hyperv_lab.wire.python_engine import PythonEngine


def test_twenty_hosts_answer_parallel_clients_of_both_kinds(make_wire: MakeWire) -> None:
    names = tuple(f"HV{number:02d}" for number in range(1, 21))
    wire = make_wire(names=names)

    def with_winrm(name: str) -> str:
        client = wire.winrm("ntlm", host=name)
        output = client.run("who")[0].decode().strip()
        client.protocol.close_shell(client.shell)
        return output

    def with_psrp(name: str) -> str:
        with RunspacePool(wire.wsman(host=name)) as pool:
            shell = PowerShell(pool)
            shell.add_script("who")
            return str(shell.invoke()[0])

    with ThreadPoolExecutor(10) as executor:
        winrm = list(executor.map(with_winrm, names))
        psrp = list(executor.map(with_psrp, names))
    assert winrm == [f"Administrator {name} winrm" for name in names]
    assert psrp == [f"Administrator {name} psrp" for name in names]
    assert [wire.server.service(name).counters["shells"] for name in names] == [2] * 20


def test_waiting_clients_do_not_hold_up_others(wire: Wire, interpreter: TestInterpreter) -> None:
    waiting = [wire.winrm() for _ in range(10)]
    for client in waiting:
        client.start("wait")
    assert wire.winrm().run("who")[2] == 0
    assert not interpreter.release.is_set(), "they still wait"


def test_hosts_with_the_same_user_have_their_own_passwords(tmp_path: Path, interpreter: TestInterpreter) -> None:
    hosts = [HostWire("HV01", None, {"admin": "first"}), HostWire("HV02", None, {"admin": "second:with colon"})]
    with EndpointServer(hosts, PythonEngine(interpreter), tmp_path) as server:

        def opens(name: str, password: str) -> str:
            client = Protocol(
                server.endpoints[name].http_url,
                transport="ntlm",
                username="admin",
                password=password,
                ca_trust_path=None,
            )
            try:
                client.open_shell()
            except Exception as error:
                return type(error).__name__
            finally:
                client.transport.close_session()
            return "open"

        attempts = [("HV01", "first"), ("HV02", "second:with colon"), ("HV01", "second:with colon"), ("HV02", "first")]
        with ThreadPoolExecutor(8) as executor:
            results = list(executor.map(lambda attempt: opens(*attempt), attempts * 5))
    assert results == ["open", "open", "InvalidCredentialsError", "InvalidCredentialsError"] * 5


def test_a_port_that_is_taken_is_named(make_wire: MakeWire, tmp_path: Path, interpreter: TestInterpreter) -> None:
    taken = make_wire().server.endpoints["HV01"].http_port
    server = EndpointServer([HostWire("HV09", None, {"a": "b"}, http_port=taken)], PythonEngine(interpreter), tmp_path)
    with pytest.raises(PortInUse, match=f"port {taken} of host HV09"):
        server.start()
