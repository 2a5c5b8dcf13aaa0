# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Damaging the text that a pipeline writes, inside its PSRP messages (MS-PSRP 2.2.1 and 2.2.4)."""

from __future__ import annotations

import re
import struct
from xml.sax.saxutils import escape, unescape

from hyperv_lab.wire.faults import OutputDamage

PIPELINE_OUTPUT = 0x00041004
_FRAGMENT_HEADER = struct.Struct(">QQBI")
_MESSAGE_HEADER_SIZE = 40
_START, _END = 1, 2
_STRING = re.compile(r"\A(\ufeff?\s*<S>)(.*)(</S>\s*)\Z", re.DOTALL)


class PipelineDamage:
    """Applies an :class:`OutputDamage` to the string objects of one pipeline; all else passes unchanged."""

    def __init__(self, damage: OutputDamage) -> None:
        self._damage = damage
        self._incomplete: dict[int, bytearray] = {}

    def block(self, block: bytes) -> list[bytes]:
        """The next block of fragments. Returns the blocks to send in its place; a message in several fragments is
        held back until its last one."""
        result: list[bytes] = []
        offset = 0
        while offset < len(block):
            object_id, fragment_id, flags, length = _FRAGMENT_HEADER.unpack_from(block, offset)
            offset += _FRAGMENT_HEADER.size
            data = block[offset : offset + length]
            offset += length
            if flags & _START:
                self._incomplete[object_id] = bytearray()
            message = self._incomplete.setdefault(object_id, bytearray())
            message += data
            if flags & _END:
                del self._incomplete[object_id]
                whole = self._message(bytes(message))
                result.append(_FRAGMENT_HEADER.pack(object_id, 0, _START | _END, len(whole)) + whole)
        return result

    def _message(self, message: bytes) -> bytes:
        header, body = message[:_MESSAGE_HEADER_SIZE], message[_MESSAGE_HEADER_SIZE:]
        (message_type,) = struct.unpack_from("<I", header, 4)
        if message_type != PIPELINE_OUTPUT:
            return message
        match = _STRING.match(body.decode("utf-8", "replace"))
        if match is None:
            return message
        text = self._damage.text(unescape(match[2]))
        return header + (match[1] + escape(text) + match[3]).encode()
