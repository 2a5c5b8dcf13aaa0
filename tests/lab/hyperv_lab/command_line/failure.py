# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What ends a command with a message instead of a traceback."""

from __future__ import annotations


class Failure(Exception):
    """The command cannot do what was asked; the text says why and, where it can, what would help."""
