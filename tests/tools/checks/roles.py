# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run each role on a lab of its own, as its molecule scenario says: twice, and look at what came of it."""

from __future__ import annotations

from ansible_runs.environment import CACHE, REPOSITORY, ansible_environment

from .stage import Stage, StageFailed, Work

_SCENARIOS = REPOSITORY / "extensions" / "molecule"


def _roles(work: Work) -> str:
    roles = {path.name for path in (REPOSITORY / "roles").iterdir() if (path / "tasks").is_dir()}
    scenarios = {path.parent.name for path in _SCENARIOS.glob("*/molecule.yml")}
    if roles - scenarios:
        raise StageFailed(f"no molecule scenario for: {', '.join(sorted(roles - scenarios))}")
    environment = ansible_environment(extra={"MOLECULE_HOME": str(CACHE / "molecule")})
    for scenario in sorted(scenarios):
        work.run("molecule", "test", "--scenario-name", scenario, environment=environment)
    return f"molecule: {', '.join(sorted(scenarios))}"


STAGE = Stage("roles", "molecule: every role on a lab", _roles)
