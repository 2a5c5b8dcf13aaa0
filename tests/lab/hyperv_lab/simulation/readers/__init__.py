# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How the objects that cmdlets return read their properties from the state."""

from __future__ import annotations

from . import adapters, drives, files, host, host_devices, machines, transfer

LOADED = (adapters, drives, files, host, host_devices, machines, transfer)
"""Modules that have registered their readers."""
