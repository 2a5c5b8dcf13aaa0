# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Callback that writes every task result as a line of JSON to the file that HYPERV_RECORD_RESULTS names."""

from __future__ import annotations

import json
import os
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record_results
type: notification
short_description: Task results as lines of JSON
description: Writes one line for each task and host to the file named by the environment variable HYPERV_RECORD_RESULTS.
"""


class CallbackModule(CallbackBase):
    """One line for each task and host: status, host, task, result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record_results"
    CALLBACK_NEEDS_ENABLED = True

    def _record(self, status: str, outcome: t.Any) -> None:
        # The names without underscore came with ansible-core 2.19.
        host = getattr(outcome, "host", None) or outcome._host
        task = getattr(outcome, "task", None) or outcome._task
        result = outcome.result if hasattr(outcome, "result") else outcome._result
        line = {"status": status, "host": host.get_name(), "task": task.get_name(), "result": result}
        with open(os.environ["HYPERV_RECORD_RESULTS"], "a", encoding="ascii") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._record("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._record("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._record("unreachable", result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._record("skipped", result)
