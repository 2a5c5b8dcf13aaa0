# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Imports every module with simulated cmdlets, so that all are registered."""

from __future__ import annotations

from ..simulation import readers
from . import (
    adapters,
    checkpoints,
    cim,
    controllers,
    disk_drives,
    disk_maintenance,
    dvd_drives,
    firmware,
    hosts,
    integration_services,
    items,
    machines,
    power,
    resources,
    storage,
    switches,
    virtual_disks,
    vlans,
)

LOADED = (
    readers.LOADED,
    adapters,
    checkpoints,
    cim,
    controllers,
    disk_drives,
    disk_maintenance,
    dvd_drives,
    firmware,
    hosts,
    integration_services,
    items,
    machines,
    power,
    resources,
    storage,
    switches,
    virtual_disks,
    vlans,
)
"""The modules, once they are imported."""
