# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The command line's arguments."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import get_args

from hyperv_lab.wire.engine_choice import ENGINES
from hyperv_lab.wire.faults import FaultKind, Moment
from hyperv_lab.wire.inventory import CONNECTIONS, DEFAULT_GROUP, SCHEMES, TRANSPORTS

DIRECTORY_VARIABLE = "HYPERV_LAB_DIRECTORY"
DEFAULT_DIRECTORY = "build/lab"


def make_parser() -> argparse.ArgumentParser:
    """The parser of ``python -m hyperv_lab``."""
    parser = argparse.ArgumentParser(
        prog="python -m hyperv_lab",
        description="A simulated data centre of Hyper-V hosts that answers over WinRM on loopback.",
    )
    default = Path(os.environ.get(DIRECTORY_VARIABLE, DEFAULT_DIRECTORY)).absolute()
    common = _directory_option(default)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[common])

    _start(command("start", "start a lab, in the background unless told otherwise"))
    _inventory(command("inventory", "print an Ansible inventory for the running lab"))
    state = command("state", "show the estate: hosts, switches, virtual machines")
    state.add_argument("--json", action="store_true", help="print JSON")
    counters = command("counters", "show what went over the wire, and cmdlet calls")
    counters.add_argument("--json", action="store_true", help="print JSON")
    counters.add_argument("--reset", action="store_true", help="set them to zero after showing them")
    _faults(command("faults", "list, add or clear faults of the running lab"))
    command("stop", "stop the lab; the estate is gone then")
    return parser


def _directory_option(default: Path | str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--directory",
        type=lambda text: Path(text).absolute(),
        default=default,
        help=f"folder of the lab; nothing else is written (default: ${DIRECTORY_VARIABLE} or {DEFAULT_DIRECTORY})",
    )
    return parser


def _start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--topology", metavar="FILE", help="YAML file of the estate (without it: a small one)")
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="auto",
        help="what runs payloads; auto takes a real PowerShell where HYPERV_LAB_POWERSHELL names one, else python",
    )
    parser.add_argument("--engine-cache", metavar="DIR", help="where the powershell engine keeps its compiled modules")
    parser.add_argument("--foreground", action="store_true", help="stay in the foreground until Ctrl-C")
    parser.add_argument("--verbose", action="store_true", help="log requests too")


def _inventory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--connection", choices=CONNECTIONS, default="winrm", help="connection plugin")
    parser.add_argument("--transport", choices=TRANSPORTS, default="ntlm", help="how to log on")
    parser.add_argument("--scheme", choices=SCHEMES, default="http", help="with or without TLS")
    parser.add_argument("--group", default=DEFAULT_GROUP, help=f"group of the hosts (default: {DEFAULT_GROUP})")
    parser.add_argument("--json", action="store_true", help="print JSON instead of YAML")


def _faults(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(faults_command="list", json=False)
    commands = parser.add_subparsers(dest="faults_command", metavar="list|add|clear")
    # Accepted behind these words too, without undoing what was given before them.
    common = _directory_option(argparse.SUPPRESS)
    listing = commands.add_parser("list", help="show the declared faults", parents=[common])
    listing.add_argument("--json", action="store_true", help="print JSON")
    add = commands.add_parser("add", help="declare a fault; prints its id", parents=[common])
    add.add_argument("host")
    what = add.add_mutually_exclusive_group(required=True)
    what.add_argument("--kind", choices=get_args(FaultKind), help="a fault of the wire")
    what.add_argument("--cmdlet", help="a cmdlet that fails; * for all of the Hyper-V module")
    wire = add.add_argument_group("faults of the wire")
    wire.add_argument("--at", type=int, help="the n-th occasion from now (default: 1)")
    wire.add_argument("--when", choices=get_args(Moment), help="cut before or after the request is processed")
    wire.add_argument("--position", type=int, help="byte of the output where the damage begins")
    wire.add_argument("--action", help="count only requests of this action, such as Receive")
    cmdlet = add.add_argument_group("faults of a cmdlet")
    cmdlet.add_argument("--call", type=int, help="the n-th call from now (default: each)")
    cmdlet.add_argument("--error-id", dest="error_id", help="error id")
    cmdlet.add_argument("--category", help="error category")
    cmdlet.add_argument("--hresult", type=lambda text: int(text, 0), help="HRESULT, such as 0x80070020")
    cmdlet.add_argument("--message", help="message")
    cmdlet.add_argument("--after", action="store_true", default=None, help="fail after the work is done")
    cmdlet.add_argument("--delay", type=float, help="seconds that the call takes longer")
    add.add_argument("--times", type=int, help="how often (default: 1; 0 is for ever)")
    clear = commands.add_parser("clear", help="remove faults", parents=[common])
    clear.add_argument("host", nargs="?", help="only of this host")
    clear.add_argument("id", nargs="?", help="only this one")
