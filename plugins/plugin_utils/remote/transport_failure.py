# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What exceptions of connections mean, as sentences.

The texts that are looked for are those of Ansible's connection plugins and their libraries, which are always English.
"""

from __future__ import annotations

import re

# 401 counts only as an HTTP status: it may as well be part of a port, an address or a name.
_CREDENTIALS = re.compile(
    r"credentials were rejected|failed to authenticate|permission denied|authentication fail"
    r"|\b(?:code|status|http):? 401\b|\b401 (?:client error|unauthorized)"
)
_REFUSED = re.compile(
    r"connection refused|failed to establish a new connection|no route to host|name or service not known"
)
_CERTIFICATE = re.compile(r"certificate verify failed|certificate_verify_failed|sslerror|ssl: ")
_TIMED_OUT = re.compile(r"timed out|timeout")


def explained_exception(error: BaseException) -> str:
    """Return an exception of a connection as text, with a hint where its cause is known."""
    text = " ".join(str(error).split()) or type(error).__name__
    help_text = _hint(f"{type(error).__name__} {text}".lower())
    if len(text) > 500:
        text = f"{text[:500]}..."
    return f"{text.rstrip('.')}. {help_text}" if help_text else text.rstrip(".")


def _hint(text: str) -> str:
    hints: tuple[tuple[re.Pattern[str], str], ...] = (
        (
            _CREDENTIALS,
            "The host rejects the credentials: check ansible_user and ansible_password, that the user may log "
            "on over WinRM "
            "(Administrators or Remote Management Users), and that the host offers the authentication method "
            "(ansible_winrm_transport, ansible_psrp_auth)",
        ),
        (
            _CERTIFICATE,
            "The host's certificate is not trusted: trust its issuer, or see ansible_winrm_server_cert_validation and "
            "ansible_psrp_cert_validation",
        ),
        (
            _REFUSED,
            "Nothing answers there: check ansible_host, ansible_port, the firewall, and the host's WinRM "
            "service (winrm quickconfig)",
        ),
        (_TIMED_OUT, "The host did not answer in time"),
    )
    return next((hint for words, hint in hints if words.search(text)), "")
