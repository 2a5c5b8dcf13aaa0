# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``start``: a lab in the foreground, or in the background as a process of its own."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from hyperv_lab.command_line.actions import LabActions
from hyperv_lab.command_line.asking import running
from hyperv_lab.command_line.control_socket import ControlServer
from hyperv_lab.command_line.failure import Failure
from hyperv_lab.command_line.record import LOG, LabRecord, read_record, remove_record, write_record
from hyperv_lab.running import Lab

START_SECONDS = 300.0
"""The PowerShell engine compiles its modules at the first start."""


def refuse_second(directory: Path) -> None:
    """Make sure that no lab runs in the directory. What a killed lab left there is removed.

    Raises: Failure.
    """
    found = running(directory)
    if found is not None:
        record, _ = found
        raise Failure(f"a lab runs in {directory} already (pid {record.pid}); stop it, or use another --directory")
    remove_record(directory)


def run_foreground(directory: Path, topology: str | None, engine: str, engine_cache: str | None) -> None:
    """Run a lab until it is stopped by ``stop``, SIGTERM or Ctrl-C.

    Raises: Failure when it cannot start.
    """
    refuse_second(directory)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    lab = start_lab(directory, topology, engine, engine_cache)
    try:
        control = ControlServer(LabActions(lab, stop).table)
        ports = {name: (endpoint.http_port, endpoint.https_port) for name, endpoint in lab.endpoints.items()}
        record = LabRecord(os.getpid(), control.port, lab.engine, topology or "", ports)
        write_record(directory, record, control.token)
        # Waking up now and then lets signals in on every platform.
        while not stop.wait(1.0):
            pass
        control.close()
    finally:
        lab.close()
        # Last, because its end tells `stop` that the ports are free again.
        remove_record(directory)


def start_lab(directory: Path, topology: str | None, engine: str, engine_cache: str | None) -> Lab:
    """A lab, or a Failure that a user understands."""
    if topology is not None and not Path(topology).is_file():
        raise Failure(f"there is no topology file {topology}")
    try:
        return Lab.start(topology, engine=engine, directory=directory, engine_cache=engine_cache)
    except Exception as error:
        logging.getLogger(__name__).debug("cannot start", exc_info=True)
        # Topologies, ports and engines raise errors of their own kinds, each with a message for people.
        raise Failure(str(error) or type(error).__name__) from error


def run_background(directory: Path, arguments: list[str]) -> tuple[LabRecord, str]:
    """Start a lab as a process of its own and wait until it listens.

    Args:
        arguments: of the foreground command.
    Returns: its record and token.
    Raises: Failure with what the process said.
    """
    directory.mkdir(parents=True, exist_ok=True)
    refuse_second(directory)
    log = directory / LOG
    environment = dict(os.environ)
    package_root = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (package_root, environment.get("PYTHONPATH"))))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hyperv_lab", "start", "--foreground", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure(_last_message(log) or f"the lab ended at once; see {log}")
        found = read_record(directory)
        if found is not None and found[0].pid == process.pid:
            return found
        time.sleep(0.05)
    process.terminate()
    raise Failure(f"the lab did not start within {START_SECONDS:.0f} seconds; see {log}")


def _last_message(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("hyperv_lab: ") if lines else ""


def foreground_arguments(options: Any) -> list[str]:
    """The foreground command's arguments for the same lab."""
    arguments = ["--directory", str(options.directory), "--engine", options.engine]
    if options.topology:
        arguments += ["--topology", str(Path(options.topology).absolute())]
    if options.engine_cache:
        arguments += ["--engine-cache", str(Path(options.engine_cache).absolute())]
    if options.verbose:
        arguments.append("--verbose")
    return arguments
