# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Parameter sets of the simulated cmdlets, as data, and PowerShell's way of choosing among them."""

from __future__ import annotations

from .binding import BoundCall, ParameterBindingError, bind
from .loading import load_signatures
from .model import Binding, Parameter, Signature

__all__ = ["Binding", "BoundCall", "Parameter", "ParameterBindingError", "Signature", "bind", "load_signatures"]
