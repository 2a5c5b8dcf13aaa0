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
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...signatures import Signature, load_signatures
from .cmdlet_source import cmdlet_source
from .function_source import function_source
from .object_source import object_source
from .release_view import available_on
from .windows_modules import ALIASES, FUNCTION_MODULES

_HERE = Path(__file__).parent
_COMPILER = _HERE / "compile.ps1"
_CORE_SOURCES = sorted((_HERE / "csharp").glob("*.cs"))
CORE = "HyperVLab"
OBJECTS = "HyperVLab.Objects"
_GUID_SPACE = uuid.UUID("6f6b1c3e-3c0f-5d5e-9a3b-0c8e5f1a7d21")
_ENGINE_MODULE = "Microsoft.PowerShell.Management"
"""A module that PowerShell itself has: the lab adds commands to it that exist on Windows only (Get-Service)."""


class CompileError(Exception):
    """The compiler inside PowerShell refused a generated source, or PowerShell itself could not be started."""


@dataclass(frozen=True)
class Library:
    """Where the compiled things of one view of the signatures are.

    Attributes:
        hook: the assembly that every PowerShell process of the lab loads before its own code.
        modules: the directory for PSModulePath.
    """

    hook: Path
    modules: Path


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
                self._by_build[build] = self._for_signatures(available_on(load_signatures(), build))
            return self._by_build[build]

    def _for_signatures(self, signatures: Mapping[str, Mapping[str, Signature]]) -> Library:
        base = self._base()
        sources = {module: _module_source(module, commands) for module, commands in sorted(signatures.items()) if commands}
        modules = self._keep(
            "modules", [*sources.values(), base.name], lambda target: self._write_modules(target, base, sources, signatures)
        )
        return Library(base / f"{CORE}.dll", modules)

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
        self, target: Path, base: Path, sources: Mapping[str, str], signatures: Mapping[str, Mapping[str, Signature]]
    ) -> None:
        assemblies = []
        for module, text in sources.items():
            folder = target / module
            folder.mkdir()
            is_script = module in FUNCTION_MODULES
            source = folder / (f"{module}.psm1" if is_script else f"{module}.cs")
            source.write_text(text, encoding="utf-8")
            if not is_script:
                references = [base / f"{CORE}.dll", base / f"{OBJECTS}.dll"]
                assemblies.append(_assembly(f"HyperVLab.Modules.{module}", [source], references, folder / f"{module}.dll"))
            manifest = _manifest(module, sorted(signatures[module]), base / f"{OBJECTS}.dll", self._executable)
            (folder / f"{module}.psd1").write_text(manifest, encoding="utf-8")
        self._compile(assemblies)

    def _keep(self, kind: str, contents: Sequence[str], make: object) -> Path:
        digest = hashlib.sha256()
        for text in [_COMPILER.read_text(encoding="utf-8"), str(self._executable), *contents]:
            digest.update(text.encode() + b"\0")
        final = self._directory / f"{kind}-{digest.hexdigest()[:16]}"
        if final.is_dir():
            return final
        self._directory.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{kind}-making-", dir=self._directory))
        try:
            assert callable(make)
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
        if not assemblies:
            return
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
            raise CompileError(f"{self._executable} did not compile the lab's modules:\n{finished.stderr}{finished.stdout}")


def _assembly(name: str, sources: Sequence[Path], references: Sequence[Path], output: Path) -> dict[str, object]:
    return {
        "name": name,
        "sources": [str(path) for path in sources],
        "references": [str(path) for path in references],
        "output": str(output),
    }


def _module_source(module: str, signatures: Mapping[str, Signature]) -> str:
    return function_source(module, signatures) if module in FUNCTION_MODULES else cmdlet_source(module, signatures)


def _manifest(module: str, commands: Sequence[str], objects: Path, executable: Path) -> str:
    is_script = module in FUNCTION_MODULES
    nested = [] if is_script else [f"{module}.dll"]
    exported = list(commands)
    aliases = [alias for names in ALIASES.get(module, {}).values() for alias in names]
    if module == _ENGINE_MODULE:
        own = executable.resolve().parent / "Modules" / module / f"{module}.psd1"
        nested.insert(0, str(own))
        exported, aliases = ["*"], ["*"]

    def listed(names: Sequence[str]) -> str:
        return "@(" + ", ".join("'" + name.replace("'", "''") + "'" for name in names) + ")"

    return "\n".join(
        [
            "@{",
            f"    GUID = '{uuid.uuid5(_GUID_SPACE, module)}'",
            f"    ModuleVersion = '{'7.0.0.0' if module == _ENGINE_MODULE else '2.0.0.0'}'",
            f"    RequiredAssemblies = '{objects}'",
            f"    RootModule = '{module}.psm1'" if is_script else f"    NestedModules = {listed(nested)}",
            f"    CmdletsToExport = {listed([] if is_script else exported)}",
            f"    FunctionsToExport = {listed(exported if is_script else [])}",
            f"    AliasesToExport = {listed(aliases)}",
            "}",
            "",
        ]
    )
