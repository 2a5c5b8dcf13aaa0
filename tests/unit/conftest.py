# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Makes the checkout importable as the collection it is, wherever it lies."""

from __future__ import annotations

import contextlib
import os
import pathlib
import sys

from hypothesis import settings

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
COLLECTIONS = REPOSITORY / ".cache" / "collections"
LINK = COLLECTIONS / "ansible_collections" / "datacenter" / "hyperv"

if not LINK.exists():
    LINK.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):  # another test process was faster
        LINK.symlink_to(os.path.join(*[os.pardir] * 4), target_is_directory=True)

for folder in (COLLECTIONS, REPOSITORY / "tests" / "lab", REPOSITORY / "tests" / "unit"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

# Continuous integration repeats the examples that passed before; everybody else meets new ones in each run.
settings.register_profile("repeatable", derandomize=True, database=None)
if os.environ.get("CI"):
    settings.load_profile("repeatable")
