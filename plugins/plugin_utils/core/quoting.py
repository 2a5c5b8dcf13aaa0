# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Any text as a PowerShell literal. For showing plans only: nothing that is rendered is ever executed."""

from __future__ import annotations

import re
import unicodedata

# PowerShell takes the typographic quotes for quotes too (about_Quoting_Rules).
_SINGLE_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")
_DOUBLE_QUOTED_SPECIAL = frozenset('`$"\u201c\u201d\u201e')
_ESCAPES = {"\n": "`n", "\r": "`r", "\t": "`t", "\0": "`0", "\a": "`a", "\b": "`b", "\v": "`v", "\f": "`f"}
#: Unicode categories that do not show, or that change how the rest shows: controls, formats (direction overrides), lone
#: surrogates, line and paragraph separators, not assigned, private use.
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"})


def quoted(text: str) -> str:
    """Return the text as a literal on one line: single-quoted, or double-quoted where it has characters that do not

    show.
    """
    if not any(_is_hidden(letter) for letter in text):
        return "'" + _SINGLE_QUOTES.sub(r"\1\1", text) + "'"
    return '"' + "".join(_in_double_quotes(letter) for letter in text) + '"'


def comment_text(text: str) -> str:
    """Return the text for a comment: on one line, with hidden characters as escapes."""
    return "".join(
        letter if not _is_hidden(letter) else letter.encode("unicode_escape").decode("ascii") for letter in text
    )


def _is_hidden(letter: str) -> bool:
    return not letter.isprintable() and unicodedata.category(letter) in _NOT_SHOWN


def _in_double_quotes(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter in _DOUBLE_QUOTED_SPECIAL:
        return "`" + letter
    if not _is_hidden(letter):
        return letter
    code = ord(letter)
    return f"$([char]0x{code:04X})" if code <= 0xFFFF else f"$([char]::ConvertFromUtf32(0x{code:X}))"
