# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What Ansible sends to run a PowerShell module: the manifest behind four NULs, in both of its formats.

Sources: `lib/ansible/executor/powershell/module_manifest.py` of ansible-core 2.17 and 2.18 (the text of `exec_wrapper`,
then one object with `module_args`, `actions` by name, `become_user`, ...), and of 2.19 to 2.21 (a line of JSON for the
bootstrap, then an object with `scripts` and `actions` that have parameters of their own).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SEPARATOR = "\0\0\0\0"
MODULE = "datacenter.hyperv.batch"
STATUS_MODULES = frozenset(
    {"async_status", "ansible.legacy.async_status", "ansible.builtin.async_status", "ansible.windows.async_status"}
)


@dataclass(frozen=True)
class BecomeRequest:
    """What `become` asks for.

    Attributes:
        user: whom to become.
        password: None when none was given.
        logon_type: .NET name, such as `Interactive` or `NewCredentials`; empty for the default.
        logon_flags: .NET names with commas; empty for the default.
    """

    user: str
    password: str | None = field(default=None, repr=False)
    logon_type: str = ""
    logon_flags: str = ""


@dataclass(frozen=True)
class AsynchronousRequest:
    """What `async` asks for.

    Attributes:
        job: first part of the job id.
        directory: of result files on the host.
        seconds: limit of the job.
        truth: how the format writes true and false: 1 and 0, or true and false.
    """

    job: str
    directory: str
    seconds: int
    truth: tuple[Any, Any]


@dataclass(frozen=True)
class ModuleManifest:
    """A module to run."""

    module: str
    arguments: Mapping[str, Any]
    environment: Mapping[str, str]
    become: BecomeRequest | None
    asynchronous: AsynchronousRequest | None

    @property
    def is_batch(self) -> bool:
        """Whether this is the module that carries batches."""
        return self.module == MODULE and isinstance(self.arguments.get("_batch"), str)

    @property
    def is_status(self) -> bool:
        """Whether this asks for an asynchronous job."""
        return self.module in STATUS_MODULES


def read_manifest(standard_input: str) -> ModuleManifest | None:
    """The manifest in what Ansible's bootstrap reads; None when the input is something else."""
    _, separator, text = standard_input.partition(SEPARATOR)
    if not separator:
        return None
    try:
        content = json.loads(text)
        if not isinstance(content, dict):
            return None
        return _with_scripts(content) if "scripts" in content else _with_names(content)
    except (ValueError, KeyError, TypeError, StopIteration):
        return None


def _with_names(content: Mapping[str, Any]) -> ModuleManifest:
    actions = content["actions"]
    arguments = content["module_args"]
    environment = content.get("environment") or {}
    become = None
    if "become_wrapper" in actions:
        flags = _flags(content.get("become_flags") or "")
        become = BecomeRequest(
            content["become_user"],
            content.get("become_password") or None,
            _net_name(flags.get("logon_type", "")),
            ", ".join(map(_net_name, filter(None, flags.get("logon_flags", "").split(",")))),
        )
    asynchronous = None
    if "async_wrapper" in actions:
        asynchronous = AsynchronousRequest(
            content["async_jid"], environment["ANSIBLE_ASYNC_DIR"], int(content["async_timeout_sec"]), (1, 0)
        )
    return ModuleManifest(arguments["_ansible_module_name"], arguments, environment, become, asynchronous)


def _with_scripts(content: Mapping[str, Any]) -> ModuleManifest:
    actions: dict[str, Mapping[str, Any]] = {action["name"]: action for action in content["actions"]}
    module = actions["module_wrapper.ps1"]["params"]
    arguments = next(entry["Value"] for entry in module["Variables"] if entry["Name"] == "complex_args")
    become = None
    if wrapper := actions.get("become_wrapper.ps1"):
        become = BecomeRequest(
            wrapper["params"]["BecomeUser"],
            (wrapper.get("secure_params") or {}).get("BecomePassword") or None,
            wrapper["params"].get("LogonType", ""),
            wrapper["params"].get("LogonFlags", ""),
        )
    asynchronous = None
    if wrapper := actions.get("async_wrapper.ps1"):
        asynchronous = AsynchronousRequest(
            wrapper["params"]["AsyncJid"],
            wrapper["params"]["AsyncDir"],
            int(actions["async_watchdog.ps1"]["params"]["Timeout"]),
            (True, False),
        )
    return ModuleManifest(
        arguments["_ansible_module_name"], arguments, module.get("Environment") or {}, become, asynchronous
    )


def _flags(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split() if "=" in part)


def _net_name(name: str) -> str:
    return "NetCredentialsOnly" if name == "netcredentials_only" else "".join(map(str.capitalize, name.split("_")))
