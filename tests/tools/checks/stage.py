# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A stage: one named check with its log, made of commands that must succeed."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import time
import typing as t
from pathlib import Path

from ansible_runs.environment import BUILD, REPOSITORY, ansible_environment, programs

LOGS = BUILD / "checks"


class StageFailed(Exception):
    """A check did not pass; its log says why."""


class Work:
    """What a stage's function gets: ways to run commands into the stage's log.

    Attributes:
        log: path of the log.
        live: print the output while it comes.
    """

    def __init__(self, name: str, live: bool) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = LOGS / f"{name}.log"
        self.log.write_text("", encoding="utf-8")
        self.live = live

    def note(self, text: str) -> None:
        """Add a line to the log."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write(text + "\n")
        if self.live:
            print(text, flush=True)

    def run(
        self,
        *command: str | Path,
        directory: Path = REPOSITORY,
        environment: t.Mapping[str, str] | None = None,
        accepted: t.Container[int] = (0,),
    ) -> str:
        """Run a program of the virtual environment (or one with a path) and return what it printed.

        Raises:
            StageFailed: it ended with an exit code that is not accepted.
        """
        program = Path(command[0])
        if not program.is_absolute():
            program = programs() / program
        self.note("$ " + " ".join(str(part) for part in command))
        # The log is a file and not a pipe: a server that a command leaves behind must not keep the stage waiting.
        with self.log.open("ab") as log:
            start = log.tell()
            child = subprocess.Popen(
                [program, *command[1:]],
                cwd=directory,
                env=dict(environment) if environment is not None else ansible_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            shown = start
            while child.poll() is None:
                time.sleep(0.1)
                shown = self._show(shown)
        self._show(shown)
        with self.log.open("rb") as written:
            written.seek(start)
            output = written.read().decode("utf-8", errors="replace")
        if child.returncode not in accepted:
            raise StageFailed(f"{program.name} ended with exit code {child.returncode}")
        return output

    def _show(self, position: int) -> int:
        if not self.live:
            return position
        with self.log.open("rb") as written:
            written.seek(position)
            text = written.read()
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
        return position + len(text)


@dataclasses.dataclass(frozen=True)
class Stage:
    """One check.

    Attributes:
        name: what it is called on the command line and in the summary.
        title: what it does, for people.
        check: does it; returns one line for the summary (may be empty). Raises StageFailed.
        live: its output is shown while it runs, and no other stage runs beside it.
    """

    name: str
    title: str
    check: t.Callable[[Work], str]
    live: bool = False
