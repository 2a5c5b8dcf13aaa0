# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A real PowerShell for the lab's hosts: its processes see the simulated data centre as Windows with Hyper-V."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...simulation.estate import Session
from ...simulation.host import Host
from .channel import ChannelServer, ProcessContext
from .host_directory import (
    HOSTS_PREFIX,
    HostDirectory,
    make_native_libraries,
    make_shims,
    remove_orphans,
    windows_environment,
)
from .library import LibraryCache

_ARGUMENT = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_POWERSHELL = frozenset({"powershell", "powershell.exe", "pwsh", "pwsh.exe"})


class PowerShellEngine:
    """Starts PowerShell processes whose modules call back into the simulation.

    Args:
        executable: a PowerShell 7.
        cache_directory: for the compiled modules, which several engines may share, and for the hosts' real folders,
            which belong to this one and go with it.
    """

    def __init__(self, executable: Path, cache_directory: Path) -> None:
        self.executable = executable.absolute()
        self._directory = cache_directory.absolute()
        self._libraries = LibraryCache(self.executable, self._directory / "powershell")
        self._channel = ChannelServer()
        self._directory.mkdir(parents=True, exist_ok=True)
        remove_orphans(self._directory)
        self._hosts = Path(tempfile.mkdtemp(prefix=f"{HOSTS_PREFIX}{os.getpid()}-", dir=self._directory))
        self._shims = make_shims(self._directory / "powershell" / "programs", self.executable)
        self._native = make_native_libraries(self._directory / "powershell" / "native")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._outside: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()

    def prepare(self, builds: Sequence[int] = ()) -> None:
        """Generate and compile what hosts of these Windows builds need; else the first process of a host waits for it.

        Raises:
            CompileError: the modules cannot be made.
        """
        for build in builds:
            self._libraries.for_build(build)

    def command_environment(self, host: Host, session: Session | None = None) -> dict[str, str]:
        """The whole environment of a process on a host. Each call admits one process tree to the channel."""
        context = ProcessContext(host, session or Session("Administrator", host.name, "direct"))
        return self._environment(context, self._channel.admit(context))

    def _environment(self, context: ProcessContext, token: str) -> dict[str, str]:
        host, session = context.host, context.session
        library = self._libraries.for_build(host.build)
        directory = HostDirectory(self._hosts / host.name)
        environment = windows_environment(directory, host.name, session.user, host.processors)
        path = str(self._shims)
        environment |= {
            "PATH": path,
            "Path": path,
            "HOME": environment["USERPROFILE"],
            "LANG": "C.UTF-8",
            "LD_LIBRARY_PATH": str(self._native),
            "TZ": "UTC",
            "PSModulePath": library.module_path([name.lower() for name in host.installed_modules]),
            "PSModuleAnalysisCachePath": str(directory.root / "ModuleAnalysisCache"),
            "DOTNET_STARTUP_HOOKS": str(library.hook),
            "DOTNET_EnableDiagnostics": "0",
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
            "POWERSHELL_UPDATECHECK": "Off",
            "HYPERV_LAB_CHANNEL": self._channel.address,
            "HYPERV_LAB_TOKEN": token,
            "HYPERV_LAB_COMMANDS": str(library.commands_for_powershell or ""),
            "HYPERV_LAB_DRIVES": context.drive_letters(),
        }
        return environment

    def start_command(self, host: Host, session: Session, argv: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program on a host with binary pipes, in a process group of its own.

        Args:
            argv: program and arguments; any name of PowerShell means the engine's executable.

        Raises:
            CompileError: the host's modules cannot be made.
            OSError: there is no such program.
        """
        program, *arguments = argv
        if program.replace("\\", "/").rsplit("/", 1)[-1].lower() in _POWERSHELL:
            program = str(self.executable)
        return self._start(host, session, [program, *arguments])

    def start_server_mode(self, host: Host, session: Session) -> subprocess.Popen[bytes]:
        """Start PowerShell's remoting server (MS-PSRP over standard input and output). Raises as `start_command`."""
        return self._start(host, session, [str(self.executable), "-ServerMode"])

    def _start(
        self, host: Host, session: Session, command: list[str], streams: int = subprocess.PIPE
    ) -> subprocess.Popen[bytes]:
        self._forget_finished()
        session = replace(session, start_process=lambda line: self._start_outside(host, session, line))
        context = ProcessContext(host, session)
        token = self._channel.admit(context)
        environment = self._environment(context, token)
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=environment["USERPROFILE"],
            stdin=streams,
            stdout=streams,
            stderr=streams,
            start_new_session=True,
        )
        with self._lock:
            self._running[token] = process
        return process

    def _start_outside(self, host: Host, session: Session, command_line: str) -> int:
        """Start what Win32_Process.Create names: a process that goes on when the shell that asked for it is closed.

        Raises:
            FileNotFoundError: it is not PowerShell; the lab's hosts have no other programs.
        """
        program, *arguments = (part.replace('"', "") for part in _ARGUMENT.findall(command_line))
        if program.replace("\\", "/").rsplit("/", 1)[-1].lower() not in _POWERSHELL:
            raise FileNotFoundError(program)
        process = self._start(host, session, [str(self.executable), *arguments], streams=subprocess.DEVNULL)
        with self._lock:
            self._outside.append(process)
        return process.pid

    def _forget_finished(self) -> None:
        """Dismiss the tokens of processes that have ended and hold no connection any more."""
        with self._lock:
            for token, process in list(self._running.items()):
                context = self._channel.context(token)
                if process.poll() is not None and (context is None or context.connections == 0):
                    self._channel.dismiss(token)
                    del self._running[token]

    def close(self) -> None:
        """Stop serving the channel, and end what belongs to no shell. Other processes find the simulation gone."""
        for process in self._outside:
            if process.poll() is None:
                process.kill()
            process.wait()
        self._channel.close()
        shutil.rmtree(self._hosts, ignore_errors=True)

    def __enter__(self) -> PowerShellEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
