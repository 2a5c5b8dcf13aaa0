# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A copy of the collection as Ansible's own tools want it: a git tree .../ansible_collections/datacenter/hyperv."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ansible_runs.environment import REPOSITORY

from .stage import Work


def tracked_files() -> list[Path]:
    """Return the files of the checkout that git tracks or would track, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = {Path(name) for name in listed.stdout.split("\0") if name}
    return sorted(path for path in paths if (REPOSITORY / path).is_file())


def copy_collection(work: Work, collections: Path) -> Path:
    """Make the copy anew and return its root.

    Of the tests only tests/sanity goes along: lab, tests and tools never ship, and stricter tools check them.
    """
    root = collections / "ansible_collections" / "datacenter" / "hyperv"
    if root.exists():
        shutil.rmtree(root)
    for path in tracked_files():
        if path.parts[0] == "tests" and path.parts[1] != "sanity":
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / path, root / path)
    git = shutil.which("git") or "git"
    work.run(git, "init", "--quiet", directory=root)
    work.run(git, "add", "--all", directory=root)
    identity = ("-c", "user.name=checks", "-c", "user.email=checks@localhost", "-c", "commit.gpgsign=false")
    work.run(git, *identity, "commit", "--quiet", "--no-verify", "--message", "copy for checks", directory=root)
    return root
