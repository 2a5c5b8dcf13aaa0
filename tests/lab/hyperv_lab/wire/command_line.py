# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Command lines as a winrm shell gets them: splitting, and the script inside ``-EncodedCommand``."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

_ARGUMENT = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_POWERSHELL_NAMES = frozenset({"powershell", "pwsh"})
_ENCODED_COMMAND = "-encodedcommand"
_COMMAND = "-command"


def split_command(command_line: str, arguments: Sequence[str]) -> list[str]:
    """The program and its arguments. Each argument text may hold several arguments, as Ansible sends them.

    White space separates, double quotes group and are removed.
    """
    text = " ".join([command_line, *arguments])
    return [argument.replace('"', "") for argument in _ARGUMENT.findall(text)]


def is_powershell(program: str) -> bool:
    """Whether a program name means PowerShell: ``PowerShell``, ``powershell.exe``, a full path to it, ``pwsh``."""
    name = program.replace("/", "\\").rsplit("\\", 1)[-1].lower()
    return name.removesuffix(".exe") in _POWERSHELL_NAMES


def not_recognized(program: str) -> str:
    """What cmd.exe says to a program that it does not find."""
    return f"'{program}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"


def encoded_script(arguments: Sequence[str]) -> str | None:
    """The script text among PowerShell's arguments (``-EncodedCommand``, ``-Command``), or None.

    PowerShell takes any unambiguous beginning of a parameter name; ``-e``, ``-ec``, ``-enc`` are the usual ones.
    """
    for index, argument in enumerate(arguments[:-1]):
        option = argument.lower()
        if option in ("-e", "-ec") or (len(option) > 2 and _ENCODED_COMMAND.startswith(option)):
            try:
                return base64.b64decode(arguments[index + 1], validate=True).decode("utf-16-le")
            except (binascii.Error, UnicodeDecodeError):
                return None
        if len(option) > 1 and _COMMAND.startswith(option):
            return " ".join(arguments[index + 1 :])
    return None


def innermost_script(command_line: str, arguments: Sequence[str]) -> str | None:
    """The script that a PowerShell command line runs in the end.

    Ansible's winrm connection encodes a command that is an encoded command itself: both layers are taken off.
    Returns None when the command is not PowerShell, or carries no script.
    """
    argv = split_command(command_line, arguments)
    script: str | None = None
    while argv and is_powershell(argv[0]):
        inner = encoded_script(argv[1:])
        if inner is None:
            break
        script = inner
        if "\n" in inner.strip():
            break
        argv = split_command(inner, [])
    return script
