# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Batches that come as Ansible's module: the Python engine recognises them in Ansible's manifest.

There are two formats. The newer one is made here by the installed ansible-core's own code; the older one is written
down as ansible-core 2.18's `lib/ansible/executor/powershell/module_manifest.py` (`_create_powershell_wrapper`)
makes it.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible.executor.powershell import module_manifest
from batch_runners import MARKER, REPOSITORY, decode, encode, payload_text

from hyperv_lab.engine.python import become_requests, interpret
from hyperv_lab.engine.python.become import BecomeSession, become_user
from hyperv_lab.engine.python.module_manifest import BecomeRequest
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.host import Host
from hyperv_lab.topology import load_topology

MODULE = REPOSITORY / "plugins" / "modules" / "batch.ps1"
ENVIRONMENT = {"ANSIBLE_ASYNC_DIR": "C:\\Users\\ops\\.ansible_async"}
SESSION = Session("Administrator", "hv01", "winrm")
PASSWORD = "Other-Passw0rd"

Sent = tuple[str, str]
"""Script and standard input."""


def batch(*steps: dict[str, Any]) -> str:
    """The module option `_batch`."""
    return payload_text() + MARKER + encode({"version": 1, "batch": "b1", "steps": list(steps)})


STEP = {"id": "a", "call": "Hyper-V\\Get-VM", "read": [["name", "Name", "text"]]}


def arguments(module: str, **options: Any) -> dict[str, Any]:
    """Module arguments as ActionBase completes them."""
    return {**options, "_ansible_check_mode": False, "_ansible_module_name": module, "_ansible_version": "2.x"}


def older(module: str, become: dict[str, Any] | None = None, seconds: int = 0, **options: Any) -> Sent:
    """What ansible-core 2.17 and 2.18 send."""
    manifest: dict[str, Any] = {
        "module_entry": base64.b64encode(MODULE.read_bytes()).decode(),
        "powershell_modules": {},
        "csharp_utils": {},
        "csharp_utils_module": [],
        "module_args": arguments(module, **options),
        "actions": ["module_powershell_wrapper"],
        "environment": ENVIRONMENT,
        "encoded_output": False,
    }
    if seconds:
        manifest["actions"] = ["async_wrapper", "async_watchdog", *manifest["actions"]]
        manifest |= {"async_jid": "j12345", "async_timeout_sec": seconds, "async_startup_timeout": 5}
    if become:
        manifest["actions"].insert(0, "become_wrapper")
        flags = " ".join(f"{name}={value}" for name, value in become.get("flags", {}).items())
        manifest |= {
            "become_user": become["user"],
            "become_password": become.get("password"),
            "become_flags": flags or None,
        }
    return "begin\n& ([ScriptBlock]::Create($split_parts[0]))", "begin { }\n\n\0\0\0\0" + json.dumps(manifest)


class Runas(module_manifest.RunasBecomeModule):
    """Ansible's own become plugin with its options set."""

    def __init__(self, become: dict[str, Any]) -> None:
        flags = " ".join(f"{name}={value}" for name, value in become.get("flags", {}).items())
        self._given = {"become_user": become["user"], "become_pass": become.get("password"), "become_flags": flags}

    def get_option(self, option: str, hostvars: Any = None, playcontext: Any = None) -> Any:
        return self._given[option]


def newer(module: str, become: dict[str, Any] | None = None, seconds: int = 0, **options: Any) -> Sent:
    """What the installed ansible-core sends."""
    data = module_manifest._create_powershell_wrapper(
        name=module,
        module_data=MODULE.read_bytes(),
        module_path=str(MODULE),
        module_args=arguments(module, **options),
        environment=ENVIRONMENT,
        async_timeout=seconds,
        become_plugin=Runas(become) if become else None,
        substyle="powershell",
        task_vars={},
        profile="legacy",
    )
    return module_manifest._get_powershell_script("bootstrap_wrapper.ps1").decode(), data.decode()


Send = Callable[..., Sent]
both = pytest.mark.parametrize("send", [older, newer])


@pytest.fixture
def host() -> Host:
    """A host with two accounts and no machines."""
    accounts = [
        {"username": "Administrator", "password": "Lab-Passw0rd"},
        {"username": "LAB\\other", "password": PASSWORD},
    ]
    disks = [{"letter": "C", "size": "100 GiB"}]
    return load_topology({"hosts": [{"name": "hv01", "accounts": accounts, "volumes": disks}]}).host("hv01")


def result(host: Host, sent: Sent, session: Session = SESSION) -> dict[str, Any]:
    """The module's result."""
    answer = interpret(host, *sent, session)
    assert answer.standard_output.count("\n") == 1
    content = json.loads(answer.standard_output)
    assert isinstance(content, dict)
    assert answer.exit_code == (1 if content.get("failed") else 0)
    return content


@both
def test_the_module_returns_the_reply(host: Host, send: Send) -> None:
    answer = result(host, send("datacenter.hyperv.batch", _batch=batch(STEP)))
    assert answer["changed"] is False
    assert decode(answer["reply"], "b1")["ok"]


@both
def test_other_modules_are_refused(host: Host, send: Send) -> None:
    answer = interpret(host, *send("ansible.windows.win_ping", data="x"), SESSION)
    assert answer.exit_code == 1
    assert "only runs batches" in answer.standard_error
    assert "ansible.windows.win_ping" in answer.standard_error


def test_scripts_are_refused(host: Host) -> None:
    answer = interpret(host, "Get-VM | Remove-VM", "", SESSION)
    assert (answer.exit_code, answer.standard_output) == (1, "")
    assert "--engine powershell" in answer.standard_error


@both
@pytest.mark.parametrize(
    ("become", "accepted"),
    [
        ({"user": "LAB\\other", "password": PASSWORD}, True),
        ({"user": "lab\\OTHER", "password": PASSWORD}, True),
        ({"user": ".\\administrator", "password": "Lab-Passw0rd"}, True),
        ({"user": "LAB\\other", "password": "wrong"}, False),
        ({"user": "LAB\\other"}, True),
        ({"user": "nobody", "password": PASSWORD}, False),
        ({"user": "SYSTEM"}, True),
        ({"user": "NT AUTHORITY\\SYSTEM"}, True),
        (
            {
                "user": "FAR\\else",
                "password": "x",
                "flags": {"logon_type": "new_credentials", "logon_flags": "netcredentials_only"},
            },
            True,
        ),
    ],
)
def test_become_is_checked_and_recorded(host: Host, send: Send, become: dict[str, Any], accepted: bool) -> None:
    answer = result(host, send("datacenter.hyperv.batch", become, _batch=batch(STEP)))
    assert answer.get("failed", False) is not accepted
    assert ("reply" in answer) is accepted
    (request,) = become_requests(host)
    assert (request.user, request.password) == (become["user"], become.get("password"))
    assert "assw0rd" not in repr(request)
    if "flags" in become:
        assert (request.logon_type, request.logon_flags) == ("NewCredentials", "NetCredentialsOnly")
    if not accepted:
        assert "failed to become user" in answer["msg"]


def test_the_session_of_become(host: Host) -> None:
    session = become_user(host, SESSION, BecomeRequest("LAB\\other", PASSWORD))
    assert isinstance(session, BecomeSession)
    assert (session.user, session.login, session.host) == ("LAB\\other", "Administrator", "hv01")


@both
def test_async_starts_a_job_that_goes_on(host: Host, send: Send) -> None:
    host.latencies.cmdlet = 0.3
    started = result(host, send("datacenter.hyperv.batch", None, 60, _batch=batch(STEP)))
    assert (bool(started["started"]), bool(started["finished"])) == (True, False)
    assert started["results_file"] == f"{ENVIRONMENT['ANSIBLE_ASYNC_DIR']}\\{started['ansible_job_id']}"
    assert "reply" not in started
    ask = send("ansible.windows.async_status", jid=started["ansible_job_id"], mode="status", _async_dir="x")
    assert not result(host, ask)["finished"]
    until = time.monotonic() + 120
    while not (status := result(host, ask))["finished"] and time.monotonic() < until:
        time.sleep(0.05)
    assert status["finished"] and status["changed"] is False
    assert decode(status["reply"], "b1")["ok"]
    erased = result(host, send("async_status", jid=started["ansible_job_id"], mode="cleanup", _async_dir="x"))
    assert erased["erased"] == started["results_file"]
    gone = result(host, ask)
    assert gone["failed"] and "could not find job" in gone["msg"]


@both
def test_a_job_beyond_its_time_is_given_up(host: Host, send: Send) -> None:
    host.latencies.cmdlet = 3
    started = result(host, send("datacenter.hyperv.batch", None, 1, _batch=batch(STEP)))
    ask = send("async_status", jid=started["ansible_job_id"], mode="status", _async_dir="x")
    until = time.monotonic() + 120
    while (
        not (status := json.loads(interpret(host, *ask, SESSION).standard_output))["finished"]
        and time.monotonic() < until
    ):
        time.sleep(0.1)
    assert status["failed"] and "timed out" in status["msg"]


@both
def test_a_module_without_a_batch_fails(host: Host, send: Send) -> None:
    answer = result(host, send("datacenter.hyperv.batch", _batch="nothing"))
    assert answer["failed"]


def test_the_bootstrap_in_an_encoded_command_line(host: Host) -> None:
    script = "# datacenter.hyperv bootstrap 1\n& whatever"
    for _ in range(2):
        script = (
            "PowerShell -NoProfile -NonInteractive -EncodedCommand "
            + base64.b64encode(script.encode("utf-16-le")).decode()
        )
    answer = interpret(host, script, batch(STEP), SESSION)
    assert answer.exit_code == 0
    assert decode(answer.standard_output, "b1")["ok"]


def test_a_process_that_is_ended_stops_between_steps(host: Host) -> None:
    calls = iter((False, True))
    steps = batch(STEP, {**STEP, "id": "b"})
    answer = interpret(host, "# datacenter.hyperv bootstrap 1", steps, SESSION, lambda: next(calls))
    assert answer.standard_output == ""
    assert answer.exit_code != 0
    assert host.counters.cmdlets["Get-VM"] == 1
