# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The one action behind every module: options, read, plan, apply, result."""

from __future__ import annotations

import json
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ..plugin_utils.core.areas import NoArea, load_area
from ..plugin_utils.core.conduct import Prepared, RunFailed, Terms, conduct, prepare
from ..plugin_utils.core.host_error import BadReply, ConnectionLost, Unreachable
from ..plugin_utils.core.masking import masked
from ..plugin_utils.core.options import BadOptions, ValidOptions, validated_options
from ..plugin_utils.core.payload_text import batch_text
from ..plugin_utils.core.plan import BadInput, Unreadable
from ..plugin_utils.core.task_result import failure, success
from ..plugin_utils.remote.exchange import HostExchange
from ..plugin_utils.remote.module_way import MODULE
from ..plugin_utils.remote.terms import holder_text, tuned_seconds
from ..plugin_utils.remote.way import way_to_send


class ActionModule(ActionBase):
    """Runs the feature area of the module that the task names.

    With `async` it reads and plans at once; the job on the host applies the plan and answers with the forecast result.
    """

    _supports_check_mode = True
    _supports_async = True
    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the result of the task.

        Raises:
            AnsibleActionFail: for `async` in check mode.
            AnsibleConnectionFailure: when the host cannot be reached; Ansible makes `unreachable` of it.
        """
        super().run(tmp, task_vars)
        variables = task_vars or {}
        module = self._module_name()
        if module == "batch":
            return _failed(
                "datacenter.hyperv.batch is what carries the other modules to the host and is not for playbooks; "
                "use datacenter.hyperv.vm, datacenter.hyperv.vhd, datacenter.hyperv.switch or another module"
            )
        try:
            options = validated_options(module, self._task.args)
        except (BadOptions, NoArea) as error:
            return _failed(str(error))
        result = masked(self._result(module, options, variables), options.secret_texts)
        if self._display.verbosity >= 3:
            result["invocation"] = {"module_args": options.shown}
        return t.cast("dict[str, t.Any]", result)

    def _module_name(self) -> str:
        """Return the name of the module as the task has it, without the collection.

        Up to ansible-core 2.18, `resolved_action` is the name of this action wherever runtime.yml routes a module to
        it.
        """
        names = [str(name).rpartition(".")[2] for name in (self._task.resolved_action, self._task.action) if name]
        return next((name for name in names if name != "batch"), "batch")

    def _result(self, module: str, options: ValidOptions, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        try:
            area, exchange, terms = load_area(module), self._exchange(variables), self._terms(options, variables)
            if self._task.async_val:
                prepared = prepare(area, options.values, exchange, terms, int(self._task.async_val))
                return self._start_job(prepared, options, variables)
            outcome = conduct(area, options.values, exchange, terms)
        except RunFailed as failed:
            return failure(failed)
        except (BadInput, NoArea, Unreadable) as error:
            return _failed(str(error))
        except BadReply as error:
            return _failed(f"{error}. Nothing was changed.")
        except Unreachable as error:
            raise AnsibleConnectionFailure(masked(str(error), options.secret_texts)) from error
        except ConnectionLost as error:
            text = f"{error}. It happened while the host was read: nothing was changed"
            raise AnsibleConnectionFailure(masked(text, options.secret_texts)) from error
        return success(outcome, diff=bool(self._task.diff), host=self._host_name(variables))

    def _start_job(self, prepared: Prepared, options: ValidOptions, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """Let Ansible start the job that applies a plan; its result is the forecast unless a step fails."""
        forecast = success(prepared.forecast, diff=bool(self._task.diff), host=self._host_name(variables))
        arguments = {
            "_batch": batch_text(prepared.batch),
            "_result": json.dumps(masked(forecast, options.secret_texts)),
        }
        started = self._execute_module(
            module_name=MODULE, module_args=arguments, task_vars=variables, wrap_async=self._task.async_val
        )
        return t.cast("dict[str, t.Any]", started)

    def _execute_now(self, **arguments: t.Any) -> dict[str, t.Any]:
        """Execute a module without making a job of it, whatever the task has for `async`."""
        seconds, self._task.async_val = self._task.async_val, 0
        try:
            return t.cast("dict[str, t.Any]", self._execute_module(**arguments))
        finally:
            self._task.async_val = seconds

    def _exchange(self, variables: dict[str, t.Any]) -> HostExchange:
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(environment)
        name = str(getattr(self._connection, "_load_name", None) or self._connection.transport)
        way = way_to_send(name, become=self._connection.become is not None, environment=bool(environment))
        host = self._host_name(variables)
        return HostExchange(
            self._connection,
            name,
            way,
            self._execute_now,
            variables,
            lambda line: self._display.vvv(line, host=host),
        )

    def _terms(self, options: ValidOptions, variables: dict[str, t.Any]) -> Terms:
        template = self._templar.template
        return Terms(
            holder=holder_text(self._task.get_name()),
            check=bool(self._task.check_mode),
            lock_wait_seconds=tuned_seconds(variables, "hyperv_lock_wait", template),
            deadline_seconds=tuned_seconds(variables, "hyperv_deadline", template),
            secrets=options.secrets,
            operation_wait_seconds=tuned_seconds(variables, "hyperv_operation_wait", template),
            title=f"task '{self._task.get_name()}'",
            say=lambda line: self._display.display(f"{self._host_name(variables)}: {line}"),
        )

    def _host_name(self, variables: dict[str, t.Any]) -> str:
        return str(variables.get("inventory_hostname") or self._play_context.remote_addr)


def _failed(message: str) -> dict[str, t.Any]:
    return {"failed": True, "changed": False, "msg": message}
