# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of the VM as a whole: Set-VM."""

from __future__ import annotations

import typing as t

from ....core.setting import OFF_ONLY
from ...virtual_disk import normal_path, same_path
from ..notes import plain_text, tags_of
from .row import MEBIBYTE, ON_OFF, SERVER_2019, SET_VM, VIDEO, VMS, WINDOWS_1709, Row, Words, row

START_ACTIONS: Words = {"nothing": "Nothing", "start_if_running": "StartIfRunning", "start": "Start"}
STOP_ACTIONS: Words = {"turn_off": "TurnOff", "save": "Save", "shut_down": "ShutDown"}
ERROR_ACTIONS: Words = {"none": "None", "pause": "Pause"}
CHECKPOINT_TYPES: Words = {
    "disabled": "Disabled",
    "production": "Production",
    "production_only": "ProductionOnly",
    "standard": "Standard",
}
TRANSPORT_TYPES: Words = {"vmbus": "VMBus", "hvsocket": "HvSocket"}
RESOLUTION_TYPES: Words = {"maximum": "Maximum", "single": "Single", "default": "Default"}

ENABLE_METERING, DISABLE_METERING = "Hyper-V\\Enable-VMResourceMetering", "Hyper-V\\Disable-VMResourceMetering"
SET_VIDEO = "Hyper-V\\Set-VMVideo"


def _video(option: str, parameter: str, kind: str, **more: t.Any) -> Row:
    return row(f"video.{option}", (VIDEO, parameter, kind), (SET_VIDEO, parameter), states=OFF_ONLY, **more)


def _vm(option: str, parameter: str, kind: str, **more: t.Any) -> Row:
    return row(option, (VMS, parameter, kind), (SET_VM, parameter), **more)


MACHINE_ROWS: tuple[Row, ...] = (
    # the property Notes holds both; settings_plan.py composes what is written
    _vm("notes", "Notes", "text", at_set_vm="Notes", normal=plain_text, unread=""),
    row("tags", (VMS, "Notes", "text"), (SET_VM, "Notes"), at_set_vm="Notes", from_host=tags_of, unread={}),
    _vm("automatic_start.action", "AutomaticStartAction", "enum", words=START_ACTIONS),
    _vm("automatic_start.delay", "AutomaticStartDelay", "integer", limits=(0, 2**31 - 1)),
    _vm("automatic_stop.action", "AutomaticStopAction", "enum", states=OFF_ONLY, words=STOP_ACTIONS),
    _vm("automatic_critical_error.action", "AutomaticCriticalErrorAction", "enum", words=ERROR_ACTIONS),
    _vm(
        "automatic_critical_error.timeout",
        "AutomaticCriticalErrorActionTimeout",
        "integer",
        limits=(0, 2**31 - 1),
    ),
    _vm("checkpoint_type", "CheckpointType", "enum", words=CHECKPOINT_TYPES),
    _vm("automatic_checkpoints", "AutomaticCheckpointsEnabled", "boolean", since_build=WINDOWS_1709, unread=False),
    _vm("snapshot_file_location", "SnapshotFileLocation", "text", normal=normal_path, same=same_path),
    _vm("smart_paging_file_path", "SmartPagingFilePath", "text", states=OFF_ONLY, normal=normal_path, same=same_path),
    row(
        "metering",
        (VMS, "ResourceMeteringEnabled", "boolean"),
        (ENABLE_METERING, ""),
        calls={False: DISABLE_METERING},
    ),
    _video("resolution_type", "ResolutionType", "enum", words=RESOLUTION_TYPES),
    _video("horizontal_resolution", "HorizontalResolution", "integer", limits=(1, 65535)),
    _video("vertical_resolution", "VerticalResolution", "integer", limits=(1, 65535)),
    _vm("lock_on_disconnect", "LockOnDisconnect", "enum", words=ON_OFF),
    _vm(
        "memory_mapped_io.low",
        "LowMemoryMappedIoSpace",
        "integer",
        states=OFF_ONLY,
        limits=(0, 2**32 - 1),
        multiple_of=MEBIBYTE,
        unit="bytes",
    ),
    _vm(
        "memory_mapped_io.high",
        "HighMemoryMappedIoSpace",
        "integer",
        states=OFF_ONLY,
        limits=(0, 2**63 - 1),
        multiple_of=MEBIBYTE,
        unit="bytes",
    ),
    _vm("guest_controlled_cache_types", "GuestControlledCacheTypes", "boolean", states=OFF_ONLY),
    _vm(
        "enhanced_session_transport_type",
        "EnhancedSessionTransportType",
        "enum",
        states=OFF_ONLY,
        since_build=SERVER_2019,
        words=TRANSPORT_TYPES,
        unread="vmbus",
    ),
    _vm(
        "battery_passthrough",
        "BatteryPassthroughEnabled",
        "boolean",
        states=OFF_ONLY,
        since_build=SERVER_2019,
        unread=False,
    ),
)
