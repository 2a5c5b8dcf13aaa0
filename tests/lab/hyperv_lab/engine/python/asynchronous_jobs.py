# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Asynchronous jobs of Ansible's wrapper: started in the background, asked for later by `async_status`."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from hyperv_lab.engine.python.module_manifest import AsynchronousRequest
from hyperv_lab.simulation.host import Host

_process_ids = itertools.count(4096, 4)
_jobs: WeakKeyDictionary[Host, dict[str, Job]] = WeakKeyDictionary()


class Job:
    """One job of a host. It goes on whatever becomes of the shell that started it."""

    def __init__(self, request: AsynchronousRequest, work: Callable[[], Mapping[str, Any]]) -> None:
        self._request = request
        self._process = next(_process_ids)
        self._began = time.monotonic()
        self._result: Mapping[str, Any] | None = None
        self.identifier = f"{request.job}.{self._process}"
        self._thread = threading.Thread(target=self._run, args=(work,), name=f"job-{self.identifier}", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], Mapping[str, Any]]) -> None:
        self._result = work()

    def wait(self, seconds: float) -> bool:
        """Wait for the end; returns whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _frame(self, finished: bool) -> dict[str, Any]:
        true, false = self._request.truth
        return {
            "started": true,
            "finished": true if finished else false,
            "ansible_job_id": self.identifier,
            "results_file": f"{self._request.directory}\\{self.identifier}",
            "_ansible_suppress_tmpdir_delete": True,
            "ansible_async_watchdog_pid": self._process,
        }

    def first_answer(self) -> dict[str, Any]:
        """What the task that started the job gets."""
        return self._frame(False)

    def status(self) -> dict[str, Any]:
        """What the results file holds now."""
        result = self._result
        if result is not None:
            return {**self._frame(True), **result}
        if time.monotonic() - self._began > self._request.seconds:
            return {**self._frame(True), "failed": True, "msg": "timed out waiting for module completion"}
        return self._frame(False)


def start_job(host: Host, request: AsynchronousRequest, work: Callable[[], Mapping[str, Any]]) -> Job:
    """Start a job; `work` gives the module's result and raises nothing."""
    job = Job(request, work)
    _jobs.setdefault(host, {})[job.identifier] = job
    return job


def answer_status(host: Host, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What the module `async_status` answers to its arguments `jid` and `mode`."""
    identifier = str(arguments.get("jid"))
    jobs = _jobs.setdefault(host, {})
    job = jobs.get(identifier)
    if job is None:
        directory = arguments.get("_async_dir")
        return {
            "failed": True,
            "msg": f"could not find job at '{directory}'",
            "ansible_job_id": identifier,
            "started": 1,
            "finished": 1,
        }
    if arguments.get("mode") == "cleanup":
        del jobs[identifier]
        return {"changed": False, "ansible_job_id": identifier, "erased": job.first_answer()["results_file"]}
    return {"changed": False, **job.status()}
