# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run ansible-playbook and read what came of it."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import tempfile
import time
import typing as t
from pathlib import Path

import yaml

from .environment import CALLBACKS, ansible_environment, programs

Result = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class TaskEvent:
    """What one task gave on one host.

    Attributes:
        status: ok, failed, ignored (failed, and the play went on), unreachable or skipped.
        host: inventory name.
        task: name of the task.
        result: the task's result.
    """

    status: str
    host: str
    task: str
    result: Result


@dataclasses.dataclass(frozen=True)
class Usage:
    """What a run took on the control node, all of its processes together.

    Attributes:
        wall_seconds: from start to end.
        cpu_seconds: user and system time.
        peak_mebibytes: largest resident size of one of its processes.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_mebibytes: float


@dataclasses.dataclass(frozen=True)
class PlaybookRun:
    """A finished run: exit code, everything it printed, each task's result, and what it took."""

    exit_code: int
    output: str
    events: tuple[TaskEvent, ...]
    usage: Usage

    def event(self, task: str, host: str | None = None) -> TaskEvent:
        """Return the event of the task of this name, on this host when several ran it.

        Raises:
            AssertionError: when there is not exactly one; with the run's output, so that a test shows the cause.
        """
        found = [event for event in self.events if event.task == task and host in (None, event.host)]
        assert len(found) == 1, f"{len(found)} results of task {task!r} on {host or 'any host'}:\n{self.output}"
        return found[0]

    def result(self, task: str, host: str | None = None) -> Result:
        """Return the result of a task that must have succeeded (changed or not)."""
        event = self.event(task, host)
        assert event.status == "ok", f"task {task!r} is {event.status}: {event.result.get('msg')}\n{self.output}"
        return event.result

    def failure(self, task: str, host: str | None = None) -> Result:
        """Return the result of a task that must have failed."""
        event = self.event(task, host)
        assert event.status in ("failed", "ignored"), f"task {task!r} is {event.status}\n{self.output}"
        return event.result

    def changed(self) -> list[str]:
        """Return the names of the tasks that report a change, with the host: 'hv01: Switches'."""
        return [f"{event.host}: {event.task}" for event in self.events if event.result.get("changed")]

    def succeeded(self) -> PlaybookRun:
        """Return the run itself, after asserting that it ended well."""
        assert self.exit_code == 0, f"ansible-playbook ended with {self.exit_code}:\n{self.output}"
        return self


def run_playbook(
    playbook: Path | t.Sequence[t.Mapping[str, t.Any]],
    inventory: Path,
    directory: Path,
    *,
    arguments: t.Sequence[str] = (),
    variables: t.Mapping[str, t.Any] | None = None,
    binaries: Path | None = None,
    environment: t.Mapping[str, str] | None = None,
    show: bool = False,
    timeout: float = 900.0,
) -> PlaybookRun:
    """Run a playbook to its end.

    Args:
        playbook: a file, or plays as data (written to a file in `directory`).
        inventory: the inventory file.
        directory: where playbook and records are put.
        arguments: further arguments of ansible-playbook, such as --check.
        variables: extra variables (their types are kept).
        binaries: folder of another release's ansible-playbook.
        environment: further environment variables.
        show: print the output while it comes, too.
        timeout: seconds after which the run is killed and TimeoutError raised.

    Raises:
        TimeoutError: with the output so far.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="results-", suffix=".jsonl", dir=directory, delete=False) as file:
        record = Path(file.name)
    path = playbook if isinstance(playbook, Path) else _written(playbook, record.with_suffix(".yml"))
    command = [str((binaries or programs()) / "ansible-playbook"), "--inventory", str(inventory), str(path), *arguments]
    if variables:
        command += ["--extra-vars", json.dumps(dict(variables))]
    callbacks = [name for name in ((environment or {}).get("ANSIBLE_CALLBACKS_ENABLED"), "record_results") if name]
    child_environment = ansible_environment(
        binaries=binaries,
        extra={
            **(environment or {}),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": ",".join(callbacks),
            "HYPERV_RECORD_RESULTS": str(record),
        },
    )
    started = time.monotonic()
    output = record.with_suffix(".log")
    with output.open("wb") as log:
        child = subprocess.Popen(
            command,
            env=child_environment,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=None if show else log,
            stderr=None if show else subprocess.STDOUT,
        )
        status, usage = _wait(child, started + timeout)
    text = output.read_text(encoding="utf-8", errors="replace")
    if status is None:
        raise TimeoutError(f"{' '.join(command)} was not done after {timeout} s:\n{text}")
    events = tuple(TaskEvent(**json.loads(line)) for line in record.read_text(encoding="ascii").splitlines())
    return PlaybookRun(os.waitstatus_to_exitcode(status), text, events, usage)


def _written(plays: t.Sequence[t.Mapping[str, t.Any]], path: Path) -> Path:
    path.write_text(
        yaml.safe_dump([dict(play) for play in plays], sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    return path


def _wait(child: subprocess.Popen[bytes], until: float) -> tuple[int | None, Usage]:
    """Wait with wait4, the only call that tells what this one child (and its children) used."""
    started = time.monotonic()
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > until:
            child.kill()
            os.wait4(child.pid, 0)
            child.returncode = -9
            return None, Usage(0.0, 0.0, 0.0)
        time.sleep(0.02)
    child.returncode = os.waitstatus_to_exitcode(status)  # So that Popen does not wait for it again.
    return status, Usage(time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
