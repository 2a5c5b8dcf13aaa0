# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Generated sources: every type and parameter of the lab finds its .NET form."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from hyperv_lab.engine.powershell.console_library import NAMES, console_library
from hyperv_lab.engine.powershell.csharp_names import csharp_type, literal, member, split_type
from hyperv_lab.engine.powershell.finding import find_powershell
from hyperv_lab.engine.powershell.host_directory import remove_orphans
from hyperv_lab.engine.powershell.library import signatures_of
from hyperv_lab.engine.powershell.manifest import manifest
from hyperv_lab.engine.powershell.object_source import is_provided_elsewhere, object_source, property_type
from hyperv_lab.engine.powershell.parameter_types import bindable_type
from hyperv_lab.engine.powershell.windows_modules import FUNCTION_MODULES, HIGH_IMPACT, QUESTIONS, class_of
from hyperv_lab.objects import ENUM_TYPES, OBJECT_TYPES
from hyperv_lab.simulation.releases import RELEASES

NEWEST = max(release.build for release in RELEASES.values())
OLDEST = min(release.build for release in RELEASES.values())


def test_names() -> None:
    assert csharp_type("Microsoft.HyperV.PowerShell.VMState") == "Microsoft.HyperV.PowerShell.VMState"
    cim = "Microsoft.Management.Infrastructure.CimInstance#root/cimv2/Win32_OperatingSystem"
    assert split_type(cim) == ("HyperVLab.Infrastructure", "CimInstance_root_cimv2_Win32_OperatingSystem")
    assert member("default") == "@default" and member("Default") == "Default"
    assert literal('a"b\\c') == '"a\\"b\\\\c"'


def test_every_object_and_enumeration_is_written() -> None:
    source = object_source()
    for name in OBJECT_TYPES:
        assert is_provided_elsewhere(name) or f"public class {split_type(name)[1]} :" in source
    for name in ENUM_TYPES:
        assert f"public enum {split_type(name)[1]} :" in source


def test_no_two_types_share_a_class() -> None:
    names = [csharp_type(name) for name in [*OBJECT_TYPES, *ENUM_TYPES]]
    assert len(names) == len(set(names))


def test_unknown_property_types_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown property type"):
        property_type("colour")


@pytest.mark.parametrize("build", [OLDEST, NEWEST])
def test_classes_of_cmdlets_are_distinct(build: int) -> None:
    view = signatures_of(build)
    made = [
        class_of(module, name) for module, names in view.items() if module not in FUNCTION_MODULES for name in names
    ]
    assert len(made) == len(set(made))
    assert ("Microsoft.HyperV.PowerShell.Commands", "GetVM") in made


def test_releases_differ() -> None:
    old, new = (signatures_of(build)["Hyper-V"]["Set-VM"].parameters for build in (OLDEST, NEWEST))
    assert set(old) < set(new)


def test_objects_are_bound_as_objects() -> None:
    parameters = signatures_of(NEWEST)["Hyper-V"]["Stop-VM"].parameters
    assert bindable_type(parameters["VM"]).name == "Microsoft.HyperV.PowerShell.VirtualMachine[]"
    assert bindable_type(parameters["Name"]).name == "System.String[]"
    assert bindable_type(parameters["Force"]).name == "System.Management.Automation.SwitchParameter"


def test_questions_are_about_simulated_cmdlets_with_force() -> None:
    hyperv = signatures_of(NEWEST)["Hyper-V"]
    for name in QUESTIONS:
        assert "Force" in hyperv[name].parameters
    assert HIGH_IMPACT & set(hyperv)


def test_manifest_quotes() -> None:
    text = manifest("Hyper-V", ["Get-VM"], Path("/with 'quote'/o.dll"), Path("/none"))
    assert "RequiredAssemblies = @('/with ''quote''/o.dll')" in text
    assert "'gvm'" in text and "CmdletsToExport = @('Get-VM')" in text


def test_console_library_is_a_shared_object(tmp_path: Path) -> None:
    for machine, number in {"x86_64": 62, "aarch64": 183}.items():
        content = console_library(machine)
        assert content is not None
        assert content[:4] == b"\x7fELF" and content[18] == number
    assert console_library("vax") is None
    own = console_library()
    if own is not None:  # a processor that the lab can make it for
        file = tmp_path / "Kernel32.dll"
        file.write_bytes(own)
        library = ctypes.CDLL(str(file))
        assert [library[name]() for name in NAMES] == [1] * len(NAMES)
        assert not hasattr(library, "CreateProcessW")


def test_powershell_is_the_named_one_or_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "pwsh"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("HYPERV_LAB_POWERSHELL", raising=False)
    assert find_powershell() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_powershell() == program
    monkeypatch.setenv("HYPERV_LAB_POWERSHELL", str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError, match="HYPERV_LAB_POWERSHELL"):
        find_powershell()


def test_folders_of_ended_processes_are_removed(tmp_path: Path) -> None:
    own, ended = tmp_path / f"hosts-{os.getpid()}-x", tmp_path / "hosts-999999999-x"
    for folder in (own, ended, tmp_path / "powershell"):
        (folder / "below").mkdir(parents=True)
    remove_orphans(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [own.name, "powershell"]
