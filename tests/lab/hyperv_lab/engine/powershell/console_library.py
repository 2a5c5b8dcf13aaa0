# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A native library with the console functions of Windows' Kernel32 that scripts call and that mean nothing on Linux.

ansible.windows' win_powershell (before 3.6) redirects the process's standard handles with GetStdHandle and
SetStdHandle, besides what it does through .NET. Here these functions exist and always return 1: a handle, "there is a
window", "done". No compiler is at hand on a user's machine, so the few hundred bytes of the shared object are written
by this module, after the System V ABI (gABI chapters 4 and 5).
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Sequence

NAMES = ("AllocConsole", "FreeConsole", "GetConsoleWindow", "GetStdHandle", "SetStdHandle")
FILE_NAMES = ("Kernel32.dll", "kernel32.dll")

_PAGE = 0x10000
"""Segments are aligned to the largest page size of the supported processors."""

_MACHINES = {
    "x86_64": (62, bytes.fromhex("b801000000c3")),  # mov eax, 1; ret
    "aarch64": (183, bytes.fromhex("20008052c0035fd6")),  # mov w0, #1; ret
}
_PT_LOAD, _PT_DYNAMIC, _PT_GNU_STACK = 1, 2, 0x6474E551
_READ_EXECUTE, _READ_WRITE = 5, 6
_DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_STRSZ, _DT_SYMENT = 4, 5, 6, 10, 11
_HEADER_SIZE, _PROGRAM_HEADER_SIZE, _SYMBOL_SIZE = 64, 56, 24
_GLOBAL_FUNCTION, _SOME_SECTION = 0x12, 1


def console_library(machine: str | None = None, names: Sequence[str] = NAMES) -> bytes | None:
    """The content of the shared object; None for a processor that it cannot be made for.

    Args:
        machine: as `platform.machine()` says, by default this one's.
        names: the functions.
    """
    known = _MACHINES.get(machine or platform.machine())
    if known is None:
        return None
    number, code = known
    program_headers = 4
    code_at = _HEADER_SIZE + program_headers * _PROGRAM_HEADER_SIZE
    strings, offsets = _strings(names)
    symbols_at = _aligned(code_at + len(code))
    symbols = bytes(_SYMBOL_SIZE) + b"".join(
        struct.pack("<IBBHQQ", offset, _GLOBAL_FUNCTION, 0, _SOME_SECTION, code_at, len(code)) for offset in offsets
    )
    hash_at = symbols_at + len(symbols)
    table = _hash_table(len(names) + 1)
    strings_at = hash_at + len(table)
    text_end = strings_at + len(strings)
    dynamic = b"".join(
        struct.pack("<qQ", tag, value)
        for tag, value in (
            (_DT_HASH, hash_at),
            (_DT_STRTAB, strings_at),
            (_DT_SYMTAB, symbols_at),
            (_DT_STRSZ, len(strings)),
            (_DT_SYMENT, _SYMBOL_SIZE),
            (0, 0),
        )
    )
    dynamic_at = _PAGE  # in the file and in memory; the loader writes into it, so it has a segment of its own
    header = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)
    header += struct.pack(
        "<HHIQQQIHHHHHH",
        3,
        number,
        1,
        0,
        _HEADER_SIZE,
        0,
        0,
        _HEADER_SIZE,
        _PROGRAM_HEADER_SIZE,
        program_headers,
        0,
        0,
        0,
    )
    segments = b"".join(
        struct.pack("<IIQQQQQQ", kind, flags, at, at, at, size, size, align)
        for kind, flags, at, size, align in (
            (_PT_LOAD, _READ_EXECUTE, 0, text_end, _PAGE),
            (_PT_LOAD, _READ_WRITE, dynamic_at, len(dynamic), _PAGE),
            (_PT_DYNAMIC, _READ_WRITE, dynamic_at, len(dynamic), 8),
            (_PT_GNU_STACK, _READ_WRITE, 0, 0, 16),
        )
    )
    text = (header + segments + code).ljust(symbols_at, b"\0") + symbols + table + strings
    return text.ljust(dynamic_at, b"\0") + dynamic


def _aligned(position: int) -> int:
    return -(-position // 8) * 8


def _strings(names: Sequence[str]) -> tuple[bytes, list[int]]:
    """The string table and where each name starts in it."""
    table, offsets = b"\0", []
    for name in names:
        offsets.append(len(table))
        table += name.encode() + b"\0"
    return table, offsets


def _hash_table(count: int) -> bytes:
    """A symbol hash table with one bucket: the loader walks through all symbols."""
    chain = [*range(2, count), 0]
    return struct.pack(f"<{3 + count}I", 1, count, 1, 0, *chain)
