# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A host on the wire: a server with the tests' engine, ended with the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from lab.wire.wire_clients import PASSWORD, USER, MakeWire, PythonProcesses, TestInterpreter, Wire

from hyperv_lab.engine.powershell import find_powershell
from hyperv_lab.wire.endpoint_server import EndpointServer, HostWire
from hyperv_lab.wire.engine_port import ShellEngine
from hyperv_lab.wire.python_engine import PythonEngine

# Without a PowerShell the tests that need one are not collected.
collect_ignore = [] if find_powershell() else ["test_powershell_hand_through.py"]


@pytest.fixture
def make_wire(tmp_path: Path) -> Iterator[MakeWire]:
    """Start a server: ``make_wire(engine=None, names=("HV01",), **fields of HostWire)``."""
    with ExitStack() as stack:

        def make(engine: ShellEngine | None = None, names: tuple[str, ...] = ("HV01",), **fields: Any) -> Wire:
            chosen: Any = engine or PythonEngine(TestInterpreter())
            stack.callback(chosen.close)
            hosts = [HostWire(name, f"simulated {name}", {USER: PASSWORD}, **fields) for name in names]
            return Wire(stack.enter_context(EndpointServer(hosts, chosen, tmp_path)), stack, chosen)

        yield make


@pytest.fixture
def interpreter() -> TestInterpreter:
    """The interpreter behind :func:`wire`."""
    return TestInterpreter()


@pytest.fixture
def wire(make_wire: MakeWire, interpreter: TestInterpreter) -> Iterator[Wire]:
    """One host, HV01, with the tests' interpreter."""
    yield make_wire(PythonEngine(interpreter))
    interpreter.release.set()


@pytest.fixture
def processes(make_wire: MakeWire) -> Wire:
    """One host, HV01, whose commands are processes."""
    return make_wire(PythonProcesses())
