# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What exceptions of connections are taken for; the texts are those of pywinrm, pypsrp, requests and ssh."""

from __future__ import annotations

import pytest

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.remote.transport_failure import explained_exception

NOBODY_LISTENS = (
    "HTTPConnectionPool(host='{host}', port={port}): Max retries exceeded with url: /wsman (Caused by "
    "NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))"
)
CREDENTIALS, ADDRESS, CERTIFICATE, TIME = "ansible_password", "ansible_port", "certificate", "did not answer in time"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("the specified credentials were rejected by the server", CREDENTIALS),
        ("Failed to authenticate the user operator with ntlm", CREDENTIALS),
        ("Bad HTTP response returned from server. Code 401", CREDENTIALS),
        ("401 Client Error: Unauthorized for url: http://hv01:5985/wsman", CREDENTIALS),
        ("operator@hv01: Permission denied (publickey,password).", CREDENTIALS),
        (NOBODY_LISTENS.format(host="127.0.0.1", port=5985), ADDRESS),
        (NOBODY_LISTENS.format(host="127.0.0.1", port=46401), ADDRESS),
        (NOBODY_LISTENS.format(host="127.0.0.1", port=401), ADDRESS),
        (NOBODY_LISTENS.format(host="hv-401.example", port=5985), ADDRESS),
        ("[Errno -2] Name or service not known", ADDRESS),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] self-signed'))", CERTIFICATE),
        ("HTTPConnectionPool(host='hv01', port=44015): Read timed out. (read timeout=30)", TIME),
    ],
)
def test_the_hint_names_the_cause(text: str, hint: str) -> None:
    explained = explained_exception(RuntimeError(text))
    assert hint in explained[len(text.rstrip(".")) :]
    assert sum(word in explained[len(text.rstrip(".")) :] for word in (CREDENTIALS, ADDRESS, CERTIFICATE, TIME)) == 1


def test_an_unknown_text_is_left_as_it_is() -> None:
    assert explained_exception(RuntimeError("the stars are wrong (4010).")) == "the stars are wrong (4010)"
    assert explained_exception(KeyError()) == "KeyError"
