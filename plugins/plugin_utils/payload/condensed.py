# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The payload's PowerShell as it is sent: without indentation, comments and empty lines.

Every exchange would carry them.
"""

from __future__ import annotations

import re

_BLOCK_COMMENT = re.compile(r"^[ \t]*<#.*?#>[ \t]*$", re.DOTALL | re.MULTILINE)


def condensed(text: str) -> str:
    """Return a payload file without what only people read.

    Only whole lines go, so strings stay as they are; the payload has no strings that span lines (a test holds it to
    that).
    """
    lines = (line.strip() for line in _BLOCK_COMMENT.sub("", text).splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("#"))
