# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""WSMan endpoints of the lab: HTTP(S), authentication, winrm shells and PSRP shells."""

from __future__ import annotations
