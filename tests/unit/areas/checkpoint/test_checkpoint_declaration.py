# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Declarations of checkpoints that are wrong whatever the host looks like, and when a disk is empty."""

from __future__ import annotations

import typing as t

import pytest
from area_harness import area_of

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.checkpoint.unchanged import is_empty
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.areas.virtual_disk import Link
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.options import validated_options
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.plan import BadInput

MEBIBYTE, GIBIBYTE = 1024**2, 1024**3


@pytest.mark.parametrize(
    ("options", "path", "problem"),
    [
        ({}, "name", "is needed"),
        ({"name": ""}, "name", "is empty"),
        ({"keep_newest": 3, "type": "standard"}, "name", "is needed"),
        ({"keep_newest": 0}, "keep_newest", "at least 1"),
        ({"keep_younger_than": "7"}, "keep_younger_than", "no length of time"),
        ({"keep_younger_than": "0 days"}, "keep_younger_than", "no length of time"),
        ({"keep_younger_than": "-1 day"}, "keep_younger_than", "no length of time"),
        ({"name": "a", "name_prefix": "b"}, "name_prefix", "give one"),
        ({"name": "a", "renamed_from": "A"}, "renamed_from", "the same"),
        ({"name": "a", "id": "x"}, "id", "no id"),
        ({"name": "a", "id": "0" * 32, "renamed_from": "b"}, "renamed_from", "beside id"),
        ({"name": "a", "id": "0" * 32, "type": "standard"}, "type", "new checkpoint"),
        ({"name": "a", "all": True}, "all", "state: absent"),
        ({"name": "a", "subtree": True}, "subtree", "state: absent"),
        ({"name": "a", "duplicates": "all"}, "duplicates", "state: absent"),
        ({"name": "a", "current_state": "discard"}, "current_state", "state: applied"),
        ({"name": "a", "wait_timeout": 0}, "wait_timeout", "at least 1"),
        ({"state": "absent"}, "name", "or all"),
        ({"state": "absent", "name": "a", "all": True}, "all", "beside name"),
        ({"state": "absent", "name": "a", "id": "0" * 32}, "id", "beside name"),
        ({"state": "absent", "all": True, "subtree": True}, "subtree", "says nothing"),
        ({"state": "absent", "name": "a", "duplicates": "newest"}, "duplicates", "another checkpoint each time"),
        ({"state": "absent", "name": "a", "keep_newest": 1}, "keep_newest", "state: present"),
        ({"state": "applied"}, "name", "either"),
        ({"state": "applied", "name": "a", "id": "0" * 32}, "name", "either"),
        ({"state": "applied", "name": "a", "duplicates": "all"}, "duplicates", "one checkpoint"),
        ({"state": "applied", "name": "a", "current_state": "checkpoint"}, "current_state_name", "is needed"),
        ({"state": "exported", "name": "a"}, "path", "is needed"),
        ({"state": "exported", "name": "a", "path": "exports"}, "path", "absolute"),
        ({"state": "exported", "path": "D:\\x"}, "name", "either"),
        ({"state": "exported", "name": "a", "path": "D:\\x", "duplicates": "all"}, "duplicates", "one checkpoint"),
        ({"name": "a", "path": "D:\\x"}, "path", "state: exported"),
        ({"state": "applied", "name": "a", "current_state_name": "b"}, "current_state_name", "current_state"),
    ],
)
def test_bad_input_has_the_path_of_the_option(options: dict[str, t.Any], path: str, problem: str) -> None:
    for prefix, whole in (("", {"vm_name": "a", **options}), ("vms[0].", {"vms": [{"vm_name": "a", **options}]})):
        with pytest.raises(BadInput) as error:
            area_of("checkpoint").declare(validated_options("checkpoint", whole).values)
        assert error.value.path == prefix + path and problem in error.value.problem


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"vms": [{"vm_name": "a", "name": "x"}, {"vm_name": "A", "name": "y"}]}, "vms[1].vm_name"),
        ({"vms": [{"vm_name": "a", "name": "x"}], "parallel": 0}, "parallel"),
        ({"vms": [{"name": "x"}]}, "vms[0].vm_name"),
    ],
)
def test_bad_lists(options: dict[str, t.Any], path: str) -> None:
    with pytest.raises(Exception, match=path.replace("[", r"\[")):
        area_of("checkpoint").declare(validated_options("checkpoint", options).values)


@pytest.mark.parametrize(
    ("size", "block", "file_format", "empty_file"),
    [
        (40 * GIBIBYTE, 2 * MEBIBYTE, "vhdx", 4 * MEBIBYTE),
        (2048 * GIBIBYTE, 2 * MEBIBYTE, "vhdx", 12 * MEBIBYTE),
        (64 * 1024 * GIBIBYTE, 32 * MEBIBYTE, "vhdx", 20 * MEBIBYTE),
        (40 * GIBIBYTE, 2 * MEBIBYTE, "vhd", 84 * 1024),
    ],
)
def test_a_disk_is_empty_until_its_first_block(size: int, block: int, file_format: str, empty_file: int) -> None:
    """The least files are those that the formats make: header, log, metadata, table; a block comes on top."""
    fresh = Link("a", "differencing", size, "p", file_format, empty_file, None, block, 512)
    written = Link("a", "differencing", size, "p", file_format, empty_file + block, None, block, 512)
    assert is_empty(fresh) and not is_empty(written)
    assert not is_empty(Link("a", "dynamic", size, None, file_format, empty_file, None, block, 512))
