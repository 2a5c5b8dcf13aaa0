# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Install the releases of ansible-core that the end-to-end tests run on, so that the tests need not wait for it."""

from __future__ import annotations

import concurrent.futures

from ansible_runs.releases import RELEASES, CoreRelease, interpreter_for, programs_of

from .stage import Stage, StageFailed, Work


def _core_releases(work: Work) -> str:
    runnable = [release for release in RELEASES if interpreter_for(release)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        failures = [text for text in pool.map(_install, runnable) if text]
    for text in failures:
        work.note(text)
    if failures:
        raise StageFailed("an installation failed")
    ready = f"ready: {', '.join(release.name for release in runnable)}"
    missing = [release for release in RELEASES if release not in runnable]
    return ready + "".join(f"; {release.name} needs Python {' or '.join(release.pythons)}" for release in missing)


def _install(release: CoreRelease) -> str:
    try:
        programs_of(release)
    except RuntimeError as failure:
        return str(failure)
    return ""


STAGE = Stage("core-releases", "ansible-core releases in .venvs/", _core_releases)
