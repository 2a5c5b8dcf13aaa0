# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who may log on to a host, for Basic (name and password) and for NTLM (a file of hashes)."""

from __future__ import annotations

import hmac
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from spnego._ntlm_raw.crypto import ntowfv1

_environment_lock = threading.Lock()


def split_domain(username: str) -> tuple[str, str]:
    """Domain and name of ``DOMAIN\\name``; a name without domain, or in the form ``name@domain``, has an empty one."""
    domain, separator, name = username.rpartition("\\")
    return (domain, name) if separator else ("", username)


class Accounts:
    """The accounts of one host.

    A local account may be named with the host's name, a dot or nothing as its domain, as on Windows; a domain account
    (declared as ``DOMAIN\\name`` or ``name@domain``) only as declared. Letters compare without regard to case.
    """

    def __init__(self, host_name: str, passwords: Mapping[str, str], ntlm_file: Path) -> None:
        """Args:
        host_name: name of the host.
        passwords: password by user name.
        ntlm_file: where to write the hashes that the NTLM acceptor reads; its folder must exist.
        """
        self._passwords: dict[tuple[str, str], tuple[str, str]] = {}
        lines: list[str] = []
        for username, password in passwords.items():
            domain, name = split_domain(username)
            local = not domain and "@" not in name
            for alias in ("", ".", host_name) if local else (domain,):
                self._passwords[alias.lower(), name.lower()] = (username, password)
                login = f"{alias}\\{name}" if alias else name
                lines.append(f"{login}:0:{'0' * 32}:{ntowfv1(password).hex().upper()}:[U]:LCT-0")
        self._ntlm_file = ntlm_file
        descriptor = os.open(ntlm_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def declared_name(self, username: str) -> str | None:
        """The account's name as it was declared, for any of the ways to write it; None when there is none."""
        domain, name = split_domain(username)
        found = self._passwords.get((domain.lower(), name.lower()))
        return found[0] if found else None

    def check(self, username: str, password: str) -> str | None:
        """The account's declared name if the password is right, else None."""
        domain, name = split_domain(username)
        found = self._passwords.get((domain.lower(), name.lower()))
        if found is None or not hmac.compare_digest(found[1].encode(), password.encode()):
            return None
        return found[0]

    @contextmanager
    def ntlm_store(self) -> Iterator[None]:
        """While this is entered, pyspnego's NTLM acceptor looks users up among these accounts.

        It knows only a process-wide environment variable, so one logon step at a time is taken.
        """
        with _environment_lock:
            before = os.environ.get("NTLM_USER_FILE")
            os.environ["NTLM_USER_FILE"] = str(self._ntlm_file)
            try:
                yield
            finally:
                if before is None:
                    del os.environ["NTLM_USER_FILE"]
                else:
                    os.environ["NTLM_USER_FILE"] = before
