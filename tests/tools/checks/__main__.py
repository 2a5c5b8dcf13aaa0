# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run the checks and sum up: `python -m checks [NAME...]`."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import os
import sys
import time
import typing as t

from ansible_runs.environment import REPOSITORY, link_collection

from . import core_releases, documentation, package, roles, sanity, source, suite
from .stage import LOGS, Stage, StageFailed, Work

STAGES: tuple[Stage, ...] = (
    *source.STAGES,
    *documentation.STAGES,
    sanity.STAGE,
    package.STAGE,
    roles.STAGE,
    core_releases.STAGE,
    suite.STAGE,
)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How a stage ended: whether it passed, one line of account, seconds."""

    stage: Stage
    passed: bool
    account: str
    seconds: float


def run_stage(stage: Stage) -> Outcome:
    """Run one stage, saying when it starts and how it ends; a failed one shows its log."""
    started = time.monotonic()
    print(f"==> {stage.name}: {stage.title}", flush=True)
    work = Work(stage.name, stage.live)
    try:
        passed, account = True, stage.check(work)
    except StageFailed as failure:
        passed, account = False, str(failure)
    seconds = time.monotonic() - started
    lines = []
    if not passed and not stage.live:
        lines += [
            f"--- log of {stage.name} " + "-" * 60,
            *work.log.read_text(encoding="utf-8").splitlines()[-400:],
            "-" * 80,
        ]
    lines.append(f"{'  ok' if passed else 'FAILED'}  {stage.name} ({seconds:.0f} s){': ' + account if account else ''}")
    print("\n".join(lines), flush=True)
    return Outcome(stage, passed, account, seconds)


def run_stages(stages: t.Sequence[Stage]) -> list[Outcome]:
    """Run the quiet stages side by side, as many as there are cores, then the live ones one by one."""
    quiet = [stage for stage in stages if not stage.live]
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, os.cpu_count() or 1)) as pool:
        outcomes = list(pool.map(run_stage, quiet))
    return outcomes + [run_stage(stage) for stage in stages if stage.live]


def main(names: t.Sequence[str]) -> int:
    """Run the named checks (all without names) and return the exit code."""
    known = {stage.name: stage for stage in STAGES}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"Unknown: {', '.join(unknown)}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    link_collection()
    started = time.monotonic()
    outcomes = run_stages([known[name] for name in names] if names else list(STAGES))
    print("\n" + "=" * 80)
    for outcome in outcomes:
        mark = "ok    " if outcome.passed else "FAILED"
        print(f"{mark} {outcome.stage.name:<14} {outcome.seconds:5.0f} s  {outcome.account}")
    failed = [outcome.stage.name for outcome in outcomes if not outcome.passed]
    print("=" * 80)
    print(
        f"{len(outcomes) - len(failed)} of {len(outcomes)} checks passed in {time.monotonic() - started:.0f} s"
        + (f"; failed: {', '.join(failed)} (logs in {LOGS.relative_to(REPOSITORY)}/)" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
