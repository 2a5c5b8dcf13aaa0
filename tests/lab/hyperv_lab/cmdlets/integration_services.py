# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Integration services of machines."""

from __future__ import annotations

from ..simulation.errors import invalid_parameter
from ..simulation.settings import IntegrationService
from ..simulation.wildcards import has_wildcard, matches
from .context import Context, names_match
from .registry import cmdlet


@cmdlet("Hyper-V", "Get-VMIntegrationService", "VMName VM VMSnapshot Name")
def get_services(ctx: Context) -> None:
    """Integration services. Their names are localised, their ids are not (SVC-01)."""
    names = ctx.texts("Name")
    for settings in ctx.settings():
        for service in settings.services:
            if names_match(names, service.name):
                ctx.emit(service)


def _switch(ctx: Context, enabled: bool) -> None:
    def change(service: IntegrationService) -> None:
        if not ctx.whatif:
            service.enabled = enabled
            ctx.emit_if_passthru(service)

    if ctx.has("VMIntegrationService"):
        ctx.each(ctx.components("VMIntegrationService", IntegrationService), change)
        return
    for machine in ctx.machines(name="VMName", objects="VM"):
        for name in ctx.texts("Name"):
            found = [service for service in machine.settings.services if matches(name, service.name)]
            if not found and not has_wildcard(name):
                ctx.error(invalid_parameter(f"Unable to find an integration service named '{name}'."))
            ctx.each(found, change)


@cmdlet("Hyper-V", "Enable-VMIntegrationService", "VMName VM VMIntegrationService Name")
def enable_services(ctx: Context) -> None:
    """Enable integration services."""
    _switch(ctx, True)


@cmdlet("Hyper-V", "Disable-VMIntegrationService", "VMName VM VMIntegrationService Name")
def disable_services(ctx: Context) -> None:
    """Disable integration services."""
    _switch(ctx, False)
