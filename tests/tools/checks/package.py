# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Build the collection, install it into an empty folder, and use it from there."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from ansible_runs.environment import CACHE, ansible_environment

from .documentation import module_names
from .stage import Stage, StageFailed, Work
from .tree import copy_collection

#: First parts of paths that must not be in the archive.
_NOT_SHIPPED = ("tests", "build", ".cache", ".ci", ".venv", ".venvs", "requirements", "Makefile", "pyproject.toml")


def _package(work: Work) -> str:
    folder = CACHE / "package"
    if folder.exists():
        shutil.rmtree(folder)
    root = copy_collection(work, folder / "source")
    installed = folder / "installed"
    work.run("ansible-galaxy", "collection", "build", "--output-path", folder, directory=root)
    (archive,) = folder.glob("datacenter-hyperv-*.tar.gz")
    with tarfile.open(archive) as tar:
        names = [name.removeprefix("./") for name in tar.getnames()]
    wrong = [name for name in names if Path(name).parts and Path(name).parts[0] in _NOT_SHIPPED]
    if wrong:
        raise StageFailed(f"should not be in the archive: {', '.join(wrong[:10])}")
    work.run(
        "ansible-galaxy",
        "collection",
        "install",
        archive,
        "--offline",
        "--no-deps",
        "--force",
        "--collections-path",
        installed,
        directory=folder,
    )
    configuration = folder / "ansible.cfg"
    configuration.write_text("[defaults]\n", encoding="ascii")
    environment = ansible_environment(collections=installed, extra={"ANSIBLE_CONFIG": str(configuration)})
    work.run("ansible-doc", *module_names(root), directory=folder, environment=environment)
    work.run(
        *("python", "-m", "checks.installed_playbook", installed, folder),
        directory=folder,
        environment=environment | _import_path(),
    )
    return f"{archive.name}: {len(names)} entries, {archive.stat().st_size / 1024:.0f} KiB"


def _import_path() -> dict[str, str]:
    here = Path(__file__).resolve().parents[1]
    return {"PYTHONPATH": f"{here}:{here.parent / 'lab'}"}


STAGE = Stage("package", "build, install and use the collection", _package)
