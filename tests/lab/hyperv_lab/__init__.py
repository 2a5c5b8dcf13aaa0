# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulated data centre of Hyper-V hosts that answers over WinRM on loopback."""

from __future__ import annotations
