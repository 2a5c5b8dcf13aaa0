# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Sends the text of a batch by Ansible's module execution, with `plugins/modules/batch.ps1` as the module."""

from __future__ import annotations

import typing as t

from .command_way import CommandOutput, readable_errors

MODULE = "datacenter.hyperv.batch"


def send_by_module(execute_module: t.Callable[..., dict[str, t.Any]], text: str, task_vars: t.Any) -> CommandOutput:
    """Run the module with the batch as its option.

    Args:
        execute_module: `_execute_module` of the action.
        text: ASCII; what the bootstrap would read.
        task_vars: variables of the task.

    Raises:
        Exception: whatever the connection raises.
    """
    result = execute_module(module_name=MODULE, module_args={"_batch": text}, task_vars=task_vars)
    reply = result.get("reply")
    if isinstance(reply, str):
        return CommandOutput(reply, "")
    said = [str(result[key]) for key in ("msg", "module_stderr", "exception") if result.get(key)]
    return CommandOutput(str(result.get("module_stdout") or ""), readable_errors(" / ".join(said))[:600])
