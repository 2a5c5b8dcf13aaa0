# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Leaves out the tests that need ../shared/cmdlets where that folder is absent."""

from __future__ import annotations

from calls import catalogue

collect_ignore = [] if catalogue.PRESENT else ["test_catalogue_reading.py"]
