# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""HRESULTs of files that cannot be opened, and patience with those that another program has open."""

from __future__ import annotations

import typing as t

#: ERROR_SHARING_VIOLATION: never a sign that the file is not there (a backup, a virus scanner, a merge, a mount).
SHARING_VIOLATION = -2147024864
#: ERROR_FILE_NOT_FOUND; of a file that is there, it speaks of another file that belongs to it.
FILE_NOT_FOUND = -2147024894

#: How a step on a disk file meets one: it tries again, as long as such programs usually take; then the error is shown.
#: os-win does the same for 15 seconds (4f7118d).
LOCKED: t.Mapping[str, t.Any] = {"hresults": [SHARING_VIOLATION], "seconds": 15, "every_seconds": 1}
