# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Check that ansible-doc shows every module, filter and role, and that the documentation is well-formed."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_runs.environment import REPOSITORY

from .stage import Stage, StageFailed, Work


def module_names(root: Path = REPOSITORY) -> list[str]:
    """Return the full names of the collection's modules."""
    files = sorted((root / "plugins" / "modules").glob("*.py"))
    return [f"datacenter.hyperv.{path.stem}" for path in files if path.stem != "__init__"]


def _shown(work: Work, kind: str, names: list[str]) -> None:
    """Ask ansible-doc for plugins, as data and as a page each."""
    shown = json.loads(work.run("ansible-doc", "--json", "--type", kind, *names))
    missing = [name for name in names if not shown.get(name, {}).get("doc")]
    if missing:
        raise StageFailed(f"no documentation: {', '.join(missing)}")
    for name in names:
        work.run("ansible-doc", "--type", kind, name)


def _documentation(work: Work) -> str:
    names = module_names()
    filters = [f"datacenter.hyperv.{path.stem}" for path in sorted((REPOSITORY / "plugins" / "filter").glob("*.py"))]
    _shown(work, "module", names)
    _shown(work, "filter", filters)
    roles = [f"datacenter.hyperv.{path.name}" for path in sorted((REPOSITORY / "roles").iterdir())]
    shown = json.loads(work.run("ansible-doc", "--json", "--type", "role", *roles))
    missing = [role for role in roles if "main" not in shown.get(role, {}).get("entry_points", {})]
    if missing:
        raise StageFailed(f"no argument specification: {', '.join(missing)}")
    work.run(
        "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--skip-rstcheck",
        "--validate-collection-refs",
        "self",
        ".",
    )
    return f"{len(names)} modules, {len(filters)} filters, {len(roles)} roles"


STAGES = (Stage("documentation", "ansible-doc shows every module, filter and role; antsibull-docs", _documentation),)
