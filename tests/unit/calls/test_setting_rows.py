# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every row of settings names a cmdlet and a parameter that exist, in the lab and since the build that the row says."""

from __future__ import annotations

import pytest
from calls import catalogue, simulated
from calls.functions import functions
from calls.setting_rows import setting_rows

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.setting import Setting

ROWS = [pytest.param(row, id=f"{module}:{row.option}") for module, row in setting_rows()]


def test_there_are_rows() -> None:
    areas = {module.partition(".")[0] for module, _ in setting_rows()}
    assert {"switch", "vhd"} <= areas


@pytest.mark.parametrize("row", ROWS)
def test_lab_has_the_parameter(row: Setting) -> None:
    if "\\" not in row.call:
        assert row.parameter in functions()[row.call]
        return
    if not row.parameter:
        assert all(simulated.signature_of(call) is not None for call in (row.call, *row.calls.values()))
        return
    signature = simulated.signature_of(row.call)
    assert signature is not None, f"the lab does not simulate {row.call}"
    parameter = signature.find(row.parameter)
    assert parameter is not None and parameter.name == row.parameter, f"{row.call} has no -{row.parameter} in the lab"
    assert parameter.since_build <= row.since_build, f"-{row.parameter} came with build {parameter.since_build}"


if catalogue.PRESENT:

    @pytest.mark.parametrize("row", ROWS)
    def test_catalogue_has_the_parameter(row: Setting) -> None:
        if row.parameter and "\\" in row.call:
            assert row.since_build > 14393 or catalogue.parameter_known(row.call, row.parameter)
