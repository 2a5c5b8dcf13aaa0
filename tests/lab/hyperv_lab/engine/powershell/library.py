# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The generated modules on disk: compiled once for each content, and found by PSModulePath."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...signatures import Signature, load_signatures
from .cmdlet_source import cmdlet_source
from .function_source import function_source
from .manifest import manifest
from .object_source import object_source
from .windows_modules import FUNCTION_MODULES, POWERSHELL_MODULE, PROVIDED_BY_POWERSHELL

_HERE = Path(__file__).parent
_COMPILER = _HERE / "compile.ps1"
_CORE_SOURCES = sorted((_HERE / "csharp").glob("*.cs"))
CORE = "HyperVLab"
OBJECTS = "HyperVLab.Objects"


class CompileError(Exception):
    """The compiler inside PowerShell refused a generated source, or PowerShell itself could not be started."""


@dataclass(frozen=True)
class Library:
    """Where the compiled things of one view of the signatures are.

    Attributes:
        hook: the assembly that every PowerShell process of the lab loads before its own code.
        directory: what holds a folder for PSModulePath for each module.
        modules: names of the modules.
    """

    hook: Path
    directory: Path
    modules: tuple[str, ...]

    @property
    def commands_for_powershell(self) -> Path | None:
        """The assembly with commands that join one of PowerShell's own modules, if the release has any."""
        if POWERSHELL_MODULE not in self.modules:
            return None
        return module_assembly(self.directory, POWERSHELL_MODULE)

    def module_path(self, installed: Sequence[str]) -> str:
        """PSModulePath for a host that has these modules (names in lower case)."""
        return os.pathsep.join(str(self.directory / name) for name in self.modules if name.lower() in installed)


class LibraryCache:
    """Makes and keeps libraries. Names of directories are hashes of what is in them, so nothing ever goes stale.

    Args:
        executable: a PowerShell 7 with its compiler.
        directory: where to keep them.
    """

    def __init__(self, executable: Path, directory: Path) -> None:
        self._executable = executable
        self._directory = directory
        self._lock = threading.Lock()
        self._by_build: dict[int, Library] = {}

    def for_build(self, build: int) -> Library:
        """The library with the cmdlets and parameters that a Windows build has.

        Raises:
            CompileError: it could not be made.
        """
        with self._lock:
            if build not in self._by_build:
                self._by_build[build] = self._for_signatures(signatures_of(build))
            return self._by_build[build]

    def _for_signatures(self, signatures: Mapping[str, Mapping[str, Signature]]) -> Library:
        base = self._base()
        sources = {module: _module_source(module, commands) for module, commands in sorted(signatures.items())}
        manifests = {
            module: manifest(module, sorted(commands), base / f"{OBJECTS}.dll", self._executable)
            for module, commands in sorted(signatures.items())
        }
        directory = self._keep(
            "modules",
            [*sources.values(), *manifests.values()],
            lambda target: self._write_modules(target, base, sources, manifests),
        )
        return Library(base / f"{CORE}.dll", directory, tuple(sources))

    def _base(self) -> Path:
        """The assemblies that do not depend on a release: the channel, the provider, the objects."""
        objects = object_source()

        def make(target: Path) -> None:
            source = target / f"{OBJECTS}.cs"
            source.write_text(objects, encoding="utf-8")
            core = target / f"{CORE}.dll"
            self._compile(
                [
                    _assembly(CORE, _CORE_SOURCES, [], core),
                    _assembly(OBJECTS, [source], [core], target / f"{OBJECTS}.dll"),
                ]
            )

        return self._keep("base", [objects, *(path.read_text(encoding="utf-8") for path in _CORE_SOURCES)], make)

    def _write_modules(
        self, target: Path, base: Path, sources: Mapping[str, str], manifests: Mapping[str, str]
    ) -> None:
        references = [base / f"{CORE}.dll", base / f"{OBJECTS}.dll"]
        assemblies = []
        for module, text in sources.items():
            folder = target / module / module
            folder.mkdir(parents=True)
            is_script = module in FUNCTION_MODULES
            source = folder / (f"{module}.psm1" if is_script else f"{module}.cs")
            source.write_text(text, encoding="utf-8")
            if not is_script:
                output = module_assembly(target, module)
                assemblies.append(_assembly(output.stem, [source], references, output))
            (folder / f"{module}.psd1").write_text(manifests[module], encoding="utf-8")
        self._compile(assemblies)

    def _keep(self, kind: str, contents: Sequence[str], make: Callable[[Path], None]) -> Path:
        digest = hashlib.sha256()
        for text in [_COMPILER.read_text(encoding="utf-8"), str(self._executable), *contents]:
            digest.update(text.encode() + b"\0")
        final = self._directory / f"{kind}-{digest.hexdigest()[:16]}"
        if final.is_dir():
            return final
        self._directory.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{kind}-making-", dir=self._directory))
        try:
            make(draft)
            try:
                draft.rename(final)
            except OSError:
                if not final.is_dir():  # another process was faster
                    raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return final

    def _compile(self, assemblies: Sequence[Mapping[str, object]]) -> None:
        environment = {**os.environ, "HYPERV_LAB_COMPILE": json.dumps(list(assemblies))}
        environment.pop("DOTNET_STARTUP_HOOKS", None)
        try:
            finished = subprocess.run(
                [str(self._executable), "-NoProfile", "-NonInteractive", "-File", str(_COMPILER)],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CompileError(f"{self._executable} did not compile the lab's modules: {error}") from error
        if finished.returncode != 0:
            said = finished.stderr + finished.stdout
            raise CompileError(f"{self._executable} did not compile the lab's modules:\n{said}")


def module_assembly(directory: Path, module: str) -> Path:
    """Where the assembly of a module with cmdlet classes is."""
    return directory / module / module / f"HyperVLab.{module}.dll"


def signatures_of(build: int) -> dict[str, dict[str, Signature]]:
    """What a host of that Windows build has: modules, their cmdlets, and these with the parameters they have there."""
    view = {}
    for module, commands in load_signatures(everything=True).items():
        kept = {
            name: signature.for_build(build)
            for name, signature in commands.items()
            if signature.since_build <= build and name not in PROVIDED_BY_POWERSHELL
        }
        if kept:
            view[module] = kept
    return view


def _assembly(name: str, sources: Sequence[Path], references: Sequence[Path], output: Path) -> dict[str, object]:
    return {
        "name": name,
        "sources": [str(path) for path in sources],
        "references": [str(path) for path in references],
        "output": str(output),
    }


def _module_source(module: str, signatures: Mapping[str, Signature]) -> str:
    return function_source(module, signatures) if module in FUNCTION_MODULES else cmdlet_source(module, signatures)
