# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What exceptions of connections mean, as sentences.

The texts that are looked for are those of Ansible's connection plugins and their libraries, which are always English.
"""

from __future__ import annotations

_CREDENTIALS = (
    "credentials were rejected",
    "failed to authenticate",
    "401",
    "permission denied",
    "authentication fail",
)
_REFUSED = (
    "connection refused",
    "failed to establish a new connection",
    "no route to host",
    "name or service not known",
)
_CERTIFICATE = ("certificate verify failed", "certificate_verify_failed", "sslerror", "ssl: ")
_TIMED_OUT = ("timed out", "timeout")


def explained_exception(error: BaseException) -> str:
    """Return an exception of a connection as text, with a hint where its cause is known."""
    text = " ".join(str(error).split()) or type(error).__name__
    if len(text) > 500:
        text = f"{text[:500]}..."
    help_text = _hint(f"{type(error).__name__} {text}".lower())
    return f"{text.rstrip('.')}. {help_text}" if help_text else text.rstrip(".")


def _hint(text: str) -> str:
    hints: tuple[tuple[tuple[str, ...], str], ...] = (
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
    return next((hint for words, hint in hints if any(word in text for word in words)), "")
