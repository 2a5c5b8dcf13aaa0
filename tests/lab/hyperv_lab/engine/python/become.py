# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checking `become`.

No logon can happen in the lab: what Ansible asks for is compared with the host's accounts, and recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from hyperv_lab.engine.python.module_manifest import BecomeRequest
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.host import Account, Host

SERVICE_ACCOUNTS = frozenset(
    {"system", "localsystem", "localservice", "local service", "networkservice", "network service"}
)
OTHER_NETWORK_IDENTITY = "NewCredentials"
"""The logon type whose credentials only count elsewhere; Windows does not check them."""

_requests: WeakKeyDictionary[Host, list[BecomeRequest]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class BecomeSession(Session):
    """A session under another user's name.

    Attributes:
        login: who logged on.
        become: what was asked for.
    """

    login: str
    become: BecomeRequest


class LogonRefused(Exception):
    """Windows would not log that user on."""


def become_requests(host: Host) -> list[BecomeRequest]:
    """What `become` asked of a host so far, refused requests included."""
    return _requests.setdefault(host, [])


def become_user(host: Host, session: Session, request: BecomeRequest) -> Session:
    """The session as the other user.

    Raises:
        LogonRefused: an unknown user, or a password that is not the user's.
    """
    become_requests(host).append(request)
    if request.logon_type != OTHER_NETWORK_IDENTITY and not _is_service(request.user):
        account = find_account(host, request.user)
        if account is None or (request.password is not None and request.password != account.password):
            raise LogonRefused("The user name or password is incorrect")
    return BecomeSession(request.user, session.host, session.transport, session.user, request)


def _is_service(user: str) -> bool:
    domain, _, name = user.casefold().rpartition("\\")
    return domain in ("", "nt authority") and name in SERVICE_ACCOUNTS


def find_account(host: Host, user: str) -> Account | None:
    """The account of that name; a local one also with the host's name or a dot as its domain."""
    wanted = user.casefold()
    domain, _, name = wanted.rpartition("\\")
    for declared, account in host.accounts.items():
        folded = declared.casefold()
        if folded == wanted or (folded == name and domain in (".", host.name.casefold())):
            return account
    return None
