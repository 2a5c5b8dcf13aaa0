# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""HTTP authentication of one connection: Basic, Negotiate, NTLM (RFC 7617, RFC 4559, MS-NTHT)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field

import spnego
from spnego.exceptions import SpnegoError

from hyperv_lab.wire.accounts import Accounts

BASIC = "Basic"
NEGOTIATE = "Negotiate"
NTLM = "NTLM"
ALL_SCHEMES = (NEGOTIATE, NTLM, BASIC)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a request.

    Attributes:
        user: who asks, or empty when the answer is 401.
        headers: header lines to add to the answer.
    """

    user: str = ""
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)


class ConnectionAuthentication:
    """The logon state of one connection: Negotiate and NTLM log a connection on, Basic each request."""

    def __init__(self, accounts: Accounts, schemes: Sequence[str]) -> None:
        self._accounts = accounts
        self._schemes = tuple(schemes)
        self._pending: spnego.ContextProxy | None = None
        self._pending_scheme = ""
        self._user = ""
        self.scheme = ""
        self.context: spnego.ContextProxy | None = None

    def challenge(self) -> Decision:
        """401 with the schemes on offer."""
        return Decision(
            headers=tuple(
                ("WWW-Authenticate", f'{scheme} realm="WSMAN"' if scheme == BASIC else scheme)
                for scheme in self._schemes
            )
        )

    def decide(self, authorization: str | None) -> Decision:
        """Judge a request by its Authorization header and by what the connection has shown before."""
        if authorization is None:
            return Decision(self._user) if self._user else self.challenge()
        scheme, _, parameter = authorization.partition(" ")
        offered = next((name for name in self._schemes if name.lower() == scheme.lower()), "")
        try:
            token = base64.b64decode(parameter.strip(), validate=True)
        except binascii.Error:
            return self.challenge()
        if offered == BASIC:
            return self._basic(token)
        if offered:
            return self._negotiate(offered, token)
        return self.challenge()

    def _basic(self, token: bytes) -> Decision:
        try:
            text = token.decode("utf-8")
        except UnicodeDecodeError:
            # What Python's requests does; RFC 7617 leaves the encoding open.
            text = token.decode("latin-1")
        username, _, password = text.partition(":")
        user = self._accounts.check(username, password)
        if user is None:
            return self.challenge()
        self.scheme = BASIC
        return Decision(user)

    def _negotiate(self, scheme: str, token: bytes) -> Decision:
        with self._accounts.ntlm_store():
            try:
                if self._pending is None or self._pending_scheme != scheme:
                    self._pending = self._new_context(scheme)
                    self._pending_scheme = scheme
                    self._user = ""
                    self.context = None
                context = self._pending
                answer = context.step(token)
            except (SpnegoError, ValueError, KeyError, IndexError):
                # pyspnego raises plain errors for tokens that are no tokens at all.
                self._pending = None
                return self.challenge()
        headers: tuple[tuple[str, str], ...] = ()
        if answer:
            headers = (("WWW-Authenticate", f"{scheme} {base64.b64encode(answer).decode()}"),)
        if not context.complete:
            return Decision(headers=headers) if answer else self.challenge()
        self._pending = None
        user = self._accounts.declared_name(context.client_principal or "")
        if user is None:
            return self.challenge()
        self._user = user
        self.scheme = scheme
        self.context = context
        return Decision(user, headers)

    @staticmethod
    def _new_context(scheme: str) -> spnego.ContextProxy:
        # The pure Python acceptors are named so that a system's GSSAPI, with credentials of its own, is not taken.
        if scheme == NTLM:
            return spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
        return spnego.server(protocol="negotiate", options=spnego.NegotiateOptions.use_negotiate)
