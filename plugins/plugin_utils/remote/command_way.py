# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Sends the text of a batch by the connection's `exec_command`."""

from __future__ import annotations

import dataclasses
import html
import re
import typing as t


@dataclasses.dataclass(frozen=True)
class CommandOutput:
    """What a command put out.

    Attributes:
        text: standard output, to be searched for the reply.
        complaint: what helps to understand a missing reply: exit code and standard error in short.
    """

    text: str
    complaint: str


def send_by_command(connection: t.Any, connection_name: str, bootstrap: str, text: str) -> CommandOutput:
    """Run the bootstrap with the batch as its input.

    Args:
        connection: Ansible's connection plugin.
        connection_name: its name without collection.
        bootstrap: the command.
        text: ASCII; what the bootstrap reads.

    Raises:
        Exception: whatever the connection raises.
    """
    command = bootstrap
    # pypsrp hands a byte string to the pipeline as byte arrays, and a text line by line.
    data: str | bytes = text if connection_name == "psrp" else text.encode("ascii")
    if connection_name == "ssh":
        # sshd hands the command to cmd.exe or PowerShell: encoded, neither reads anything into it.
        command = connection._shell._encode_script(bootstrap, as_list=False, strict_mode=False, preserve_rc=False)
    code, output, errors = connection.exec_command(command, in_data=data, sudoable=False)
    return CommandOutput(_as_text(output), complaint(int(code or 0), _as_text(errors)))


def complaint(code: int, errors: str) -> str:
    """Return exit code and standard error as one short text; empty when there is nothing to say."""
    text = readable_errors(errors)
    parts = [f"exit code {code}"] if code else []
    if text:
        parts.append(text if len(text) <= 400 else f"...{text[-400:]}")
    return ": ".join(parts)


def readable_errors(errors: str) -> str:
    """Return standard error as plain text: PowerShell writes it as CLIXML when it is not on a console."""
    start = errors.find("#< CLIXML")
    if start < 0:
        return " ".join(errors.split())
    texts = re.findall(r'<S S="Error">(.*?)</S>', errors[start:], re.DOTALL)
    joined = html.unescape("".join(texts))
    plain = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match.group(1), 16)), joined)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", plain)
    return " ".join((errors[:start] + plain).split())


def _as_text(data: t.Any) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, (bytes, bytearray)) else str(data or "")
