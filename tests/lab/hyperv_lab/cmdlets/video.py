# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The displays of machines' consoles."""

from __future__ import annotations

from ..simulation.settings import Video
from .context import Context
from .registry import cmdlet


@cmdlet("Hyper-V", "Get-VMVideo", "VMName VM VMSnapshot")
def get_video(ctx: Context) -> None:
    """The display of each machine or checkpoint."""
    for settings in ctx.settings():
        ctx.emit(settings.video)


@cmdlet("Hyper-V", "Set-VMVideo", "VMName VM VMVideo ResolutionType HorizontalResolution VerticalResolution")
def set_video(ctx: Context) -> None:
    """Change the resolution of displays."""
    if ctx.has("VMVideo"):
        chosen = ctx.components("VMVideo", Video)
    else:
        chosen = [machine.settings.video for machine in ctx.machines(name="VMName")]

    def change(video: Video) -> None:
        video.machine.require_off("device 'Display controller'")  # VID-01
        if ctx.whatif:
            return
        if ctx.has("ResolutionType"):
            video.resolution_type = ctx.required("ResolutionType")
        video.width = ctx.integer("HorizontalResolution") or video.width
        video.height = ctx.integer("VerticalResolution") or video.height
        ctx.emit_if_passthru(video)

    ctx.each(chosen, change)
