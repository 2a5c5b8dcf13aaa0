# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""WSMan message encryption with a Negotiate session (MS-WSMV 2.2.9.1)."""

from __future__ import annotations

import re
import struct

import spnego
from spnego.exceptions import SpnegoError

PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = b"--Encrypted Boundary"
_DATA_HEADER = b"Content-Type: application/octet-stream\r\n"
_LENGTH = re.compile(rb"Length=(\d+)")


class BadEncryption(Exception):
    """An encrypted message that cannot be read with this connection's session."""


def is_encrypted(content_type: str) -> bool:
    """Whether a message with this content type is encrypted."""
    return content_type.lower().startswith(("multipart/encrypted", "multipart/x-multi-encrypted"))


def decrypt(body: bytes, context: spnego.ContextProxy) -> bytes:
    """The message inside an encrypted body.

    Raises: BadEncryption.
    """
    message = bytearray()
    position = 0
    while True:
        header_at = body.find(_LENGTH_MARK, position)
        if header_at < 0:
            break
        length = _LENGTH.match(body, header_at)
        data_at = body.find(_DATA_HEADER, header_at)
        if length is None or data_at < 0:
            raise BadEncryption("the encrypted message has no data part")
        data_at += len(_DATA_HEADER)
        if len(body) < data_at + 4:
            raise BadEncryption("the encrypted message is cut")
        (signature_size,) = struct.unpack_from("<I", body, data_at)
        # NTLM neither pads nor compresses: as many bytes are sealed as the header says there were before.
        end = data_at + 4 + signature_size + int(length[1])
        if signature_size > 4096 or len(body) < end:
            raise BadEncryption("the encrypted message is cut")
        signature = body[data_at + 4 : data_at + 4 + signature_size]
        sealed = body[data_at + 4 + signature_size : end]
        try:
            message += context.unwrap_winrm(signature, sealed)
        except SpnegoError as error:
            raise BadEncryption(f"the message was not encrypted with this connection's session: {error}") from None
        position = end
    if not message:
        raise BadEncryption("the encrypted message has no parts")
    return bytes(message)


_LENGTH_MARK = b"Length="


def encrypt(message: bytes, context: spnego.ContextProxy) -> tuple[str, bytes]:
    """Encrypt an answer. Returns its content type and its body."""
    sealed = context.wrap_winrm(message)
    body = b"".join(
        (
            _BOUNDARY,
            b"\r\n\tContent-Type: " + PROTOCOL.encode() + b"\r\n",
            b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=",
            str(len(message) + sealed.padding_length).encode(),
            b"\r\n" + _BOUNDARY + b"\r\n\t" + _DATA_HEADER,
            struct.pack("<I", len(sealed.header)),
            sealed.header,
            sealed.data,
            _BOUNDARY + b"--\r\n",
        )
    )
    return f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"', body
