# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PowerShell's wildcard patterns."""

from __future__ import annotations

import re
from functools import lru_cache


def has_wildcard(pattern: str) -> bool:
    """Whether PowerShell would treat the text as a pattern."""
    escaped = False
    for character in pattern:
        if escaped:
            escaped = False
        elif character == "`":
            escaped = True
        elif character in "*?[":
            return True
    return False


@lru_cache(maxsize=4096)
def compile_wildcard(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression for whole texts, without regard to case."""
    out: list[str] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "`" and position + 1 < len(pattern):
            position += 1
            out.append(re.escape(pattern[position]))
        elif character == "*":
            out.append(".*")
        elif character == "?":
            out.append(".")
        elif character == "[" and (end := pattern.find("]", position + 2)) > 0:
            body = pattern[position + 1 : end].replace("\\", "\\\\").replace("^", "\\^").replace("[", "\\[")
            out.append(f"[{body}]")
            position = end
        else:
            out.append(re.escape(character))
        position += 1
    return re.compile("".join(out) + r"\Z", re.IGNORECASE | re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches the pattern."""
    return compile_wildcard(pattern).match(text) is not None
