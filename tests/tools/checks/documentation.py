# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Check that ansible-doc shows every module and that the collection's documentation is well-formed."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_runs.environment import REPOSITORY

from .stage import Stage, StageFailed, Work


def module_names(root: Path = REPOSITORY) -> list[str]:
    """Return the full names of the collection's modules."""
    files = sorted((root / "plugins" / "modules").glob("*.py"))
    return [f"datacenter.hyperv.{path.stem}" for path in files if path.stem != "__init__"]


def _documentation(work: Work) -> str:
    names = module_names()
    shown = json.loads(work.run("ansible-doc", "--json", "--type", "module", *names))
    missing = [name for name in names if not shown.get(name, {}).get("doc")]
    if missing:
        raise StageFailed(f"no documentation: {', '.join(missing)}")
    for name in names:
        work.run("ansible-doc", name)
    work.run(
        "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--skip-rstcheck",
        "--validate-collection-refs",
        "self",
        ".",
    )
    return f"{len(names)} modules"


STAGES = (Stage("documentation", "ansible-doc shows every module; antsibull-docs", _documentation),)
