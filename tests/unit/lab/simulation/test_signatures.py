# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Signatures: the committed files, and binding as PowerShell does it."""

from __future__ import annotations

import typing as t
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from hyperv_lab.cmdlets.registry import COMMON, load_cmdlets
from hyperv_lab.signatures import ParameterBindingError, bind, extract, load_signatures
from hyperv_lab.simulation.values import EnumMember

CATALOGUES = Path(__file__).resolve().parents[5] / "shared" / "cmdlets"
HYPERV = load_signatures()["Hyper-V"]

if (CATALOGUES / "Hyper-V.json").is_file():

    def test_the_files_are_what_the_catalogues_and_addenda_give() -> None:
        for path, text in extract.files(CATALOGUES).items():
            assert path.read_text(encoding="utf-8") == text, f"{path.name}: run python -m hyperv_lab.signatures.extract"


def test_every_signature_has_a_simulated_cmdlet_and_the_other_way_round() -> None:
    signatures = {
        name: signature for cmdlets in load_signatures(everything=True).values() for name, signature in cmdlets.items()
    }
    cmdlets = load_cmdlets()
    assert {name.casefold() for name in signatures} == set(cmdlets)
    for name, signature in signatures.items():
        assert cmdlets[name.casefold()].module == signature.module
        assert cmdlets[name.casefold()].parameters <= set(signature.parameters), name
        assert not cmdlets[name.casefold()].parameters & COMMON


def test_the_source_is_named() -> None:
    for module in ("Hyper-V", "Storage", "NetAdapter"):
        assert "CC BY 4.0" in (Path(extract.__file__).parent / f"{module}.json").read_text(encoding="utf-8")


def test_a_real_powershell_brings_its_own_file_cmdlets() -> None:
    assert set(load_signatures()["Microsoft.PowerShell.Management"]) == {"Get-Service"}


def bound(cmdlet: str, **parameters: t.Any) -> tuple[str, dict[str, t.Any]]:
    call = bind(HYPERV[cmdlet], parameters)
    return call.set_name, dict(call.parameters)


def refused(cmdlet: str, **parameters: t.Any) -> str:
    with pytest.raises(ParameterBindingError) as caught:
        bind(HYPERV[cmdlet], parameters)
    return caught.value.record.error_id


def test_sets_are_chosen(lab: t.Any) -> None:
    machine = lab.machine(disk=False)
    assert bound("Get-VM") == ("Name", {})
    assert bound("Get-VM", Id=str(machine.id)) == ("Id", {"Id": machine.id})
    assert bound("Set-VM", VM=machine, Notes="x") == ("VMObject", {"VM": [machine], "Notes": "x"})
    assert bound("New-VHD", Path="a", SizeBytes=1)[0] == "DynamicWithoutSource"
    assert bound("New-VHD", Path="a", SizeBytes=1, Fixed=True)[0] == "FixedWithoutSource"
    assert bound("New-VHD", Path="a", ParentPath="b")[0] == "Differencing"
    assert bound("New-VMSwitch", Name="a", SwitchType="Private")[0] == "SwitchType"
    assert bound("Restart-VM", Name="a", Wait=True)[0] == "NameWait"


def test_names_aliases_and_prefixes() -> None:
    assert bound("get-vm".title().replace("Vm", "VM"), vmname="x") == ("Name", {"Name": ["x"]})
    assert bound("Set-VM", Name="x", note="n")[1]["Notes"] == "n"
    assert refused("Set-VM", Name="x", Automatic="y") == "AmbiguousParameter"
    assert refused("Set-VM", Name="x", Colour="red") == "NamedParameterNotFound"
    assert refused("Set-VM", Name="x", VMName="y") == "ParameterAlreadyBound"


def test_values_are_converted() -> None:
    parameters = bound("Set-VM", Name="x", AutomaticStartAction="start", AutomaticStartDelay="30", LockOnDisconnect=0)[
        1
    ]
    assert parameters["AutomaticStartAction"] == EnumMember("Microsoft.HyperV.PowerShell.StartAction", "Start", 4)
    assert parameters["AutomaticStartDelay"] == 30 and parameters["LockOnDisconnect"].name == "On"
    assert bound("Set-VMHost", ResourceMeteringSaveInterval="01:30:00")[1]["ResourceMeteringSaveInterval"] == timedelta(
        minutes=90
    )
    assert bound("Set-VMFirmware", VMName="x", SecureBootTemplateId=str(uuid.UUID(int=5)))[1][
        "SecureBootTemplateId"
    ] == uuid.UUID(int=5)


@pytest.mark.parametrize(
    ("cmdlet", "parameters", "error_id"),
    [
        ("Set-VM", {"Name": "x", "AutomaticStartAction": "Never"}, "CannotConvertArgumentNoMessage"),
        ("Set-VM", {"Name": "x", "AutomaticStartDelay": 2**31}, "CannotConvertArgumentNoMessage"),
        ("Set-VM", {"Name": "x", "Notes": ["a", "b"]}, "CannotConvertArgumentNoMessage"),
        ("Set-VM", {"Name": "x", "AutomaticCheckpointsEnabled": "yes"}, "CannotConvertArgumentNoMessage"),
        ("Set-VM", {"VM": "x"}, "CannotConvertArgumentNoMessage"),
        ("Get-VM", {"Id": "x"}, "CannotConvertArgumentNoMessage"),
        ("New-VMSwitch", {"Name": "a", "SwitchType": "External"}, "ParameterArgumentValidationError"),
        ("New-VM", {"Name": "a", "Generation": 3}, "ParameterArgumentValidationError"),
        ("Set-VM", {"Name": None}, "ParameterArgumentValidationErrorNullNotAllowed"),
        ("Set-VM", {"Name": []}, "ParameterArgumentValidationErrorEmptyArrayNotAllowed"),
        ("Set-VM", {"Name": [""]}, "ParameterArgumentValidationErrorEmptyStringNotAllowed"),
        ("New-VHD", {"Path": "a"}, "MissingMandatoryParameter"),
        ("New-VHD", {"Path": "a", "SizeBytes": 1, "Fixed": True, "Differencing": True}, "AmbiguousParameterSet"),
        ("Get-VM", {"Name": "a", "Id": str(uuid.UUID(int=1))}, "AmbiguousParameterSet"),
    ],
)
def test_refusals_have_powershells_error_ids(cmdlet: str, parameters: dict[str, t.Any], error_id: str) -> None:
    assert refused(cmdlet, **parameters) == error_id


def test_a_build_lacks_what_came_later() -> None:
    assert bind(HYPERV["Set-VM"], {"Name": "x", "AutomaticCheckpointsEnabled": True}, 17763).set_name == "Name"
    with pytest.raises(ParameterBindingError):
        bind(HYPERV["Set-VM"], {"Name": "x", "AutomaticCheckpointsEnabled": True}, 14393)
