# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``python -m hyperv_lab``: what each command does."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import yaml
from rich.console import Console

from hyperv_lab.command_line import tables
from hyperv_lab.command_line.arguments import make_parser
from hyperv_lab.command_line.asking import ask_lab, stop_lab
from hyperv_lab.command_line.failure import Failure

_FAULT_OPTIONS = (
    *("kind", "at", "times", "when", "position", "action"),
    *("cmdlet", "call", "error_id", "category", "hresult", "message", "after", "delay"),
)


def _console() -> Console:
    # Where the output goes to a file or a pipe, tables take the width they need.
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def _start(options: argparse.Namespace) -> None:
    # Only this command needs the simulation and the engines.
    from hyperv_lab.command_line import starting

    if options.foreground:
        level = logging.DEBUG if options.verbose else logging.INFO
        logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
        for library in ("spnego", "psrpcore"):
            logging.getLogger(library).setLevel(logging.WARNING)
        options.directory.mkdir(parents=True, exist_ok=True)
        starting.run_foreground(options.directory, options.topology, options.engine, options.engine_cache)
        return
    record, _ = starting.run_background(options.directory, starting.foreground_arguments(options))
    print(f"The lab runs in {options.directory} (pid {record.pid}, engine {record.engine}).")
    for name, (http_port, https_port) in record.hosts.items():
        print(f"  {name}: http://127.0.0.1:{http_port}/wsman  https://127.0.0.1:{https_port}/wsman")


def _inventory(options: argparse.Namespace) -> None:
    choices = {name: getattr(options, name) for name in ("connection", "transport", "scheme", "group")}
    inventory = ask_lab(options.directory, "inventory", choices)
    print(json.dumps(inventory, indent=2) if options.json else yaml.safe_dump(inventory, sort_keys=False), end="")


def _print(options: argparse.Namespace, value: Any, as_table: Callable[[Console, Any], None]) -> None:
    if options.json:
        print(json.dumps(value, indent=2))
    else:
        as_table(_console(), value)


def _state(options: argparse.Namespace) -> None:
    _print(options, ask_lab(options.directory, "state"), tables.print_state)


def _counters(options: argparse.Namespace) -> None:
    _print(options, ask_lab(options.directory, "counters", {"reset": options.reset}), tables.print_counters)


def _faults(options: argparse.Namespace) -> None:
    if options.faults_command == "add":
        given = {name: getattr(options, name) for name in _FAULT_OPTIONS if getattr(options, name) is not None}
        print(ask_lab(options.directory, "faults.add", {"host": options.host, **given}))
    elif options.faults_command == "clear":
        removed = ask_lab(options.directory, "faults.clear", {"host": options.host, "id": options.id})
        print(f"{removed} removed")
    else:
        _print(options, ask_lab(options.directory, "faults.list"), tables.print_faults)


def _stop(options: argparse.Namespace) -> None:
    record = stop_lab(options.directory)
    print(f"The lab in {options.directory} (pid {record.pid}) has ended.")


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "start": _start,
    "inventory": _inventory,
    "state": _state,
    "counters": _counters,
    "faults": _faults,
    "stop": _stop,
}


def main(arguments: Sequence[str]) -> int:
    """Run a command. Returns the exit code: 0, or 1 with a message on standard error."""
    options = make_parser().parse_args(arguments)
    try:
        _COMMANDS[options.command](options)
        sys.stdout.flush()
    except Failure as failure:
        print("hyperv_lab:", " ".join(str(failure).split()), file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has seen enough; nothing more may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
