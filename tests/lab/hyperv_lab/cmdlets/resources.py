# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Processor and memory of machines."""

from __future__ import annotations

from ..simulation.errors import invalid_parameter, invalid_state
from ..simulation.machine import VirtualMachine, check_memory
from ..simulation.settings import Memory, Processor
from .context import Context
from .registry import cmdlet


@cmdlet("Hyper-V", "Get-VMProcessor", "VMName VM VMSnapshot")
def get_processor(ctx: Context) -> None:
    """Processor settings."""
    for settings in ctx.settings():
        ctx.emit(settings.processor)


@cmdlet(
    "Hyper-V",
    "Set-VMProcessor",
    "VMName VM VMProcessor Count CompatibilityForMigrationEnabled CompatibilityForOlderOperatingSystemsEnabled "
    "HwThreadCountPerCore Maximum "
    "Reserve RelativeWeight MaximumCountPerNumaNode MaximumCountPerNumaSocket EnableHostResourceProtection "
    "ExposeVirtualizationExtensions "
    "EnableLegacyApicMode AllowACountMCount Perfmon ResourcePoolName CompatibilityForMigrationMode ApicMode "
    "CpuBrandString PerfCpuFreqCapMhz L3CacheWays",
)
def set_processor(ctx: Context) -> None:
    """Change processor settings. Only reserve, limit and weight may change while the machine runs (CPU-03)."""
    if ctx.has("VMProcessor"):
        chosen = [processor.machine for processor in ctx.components("VMProcessor", Processor)]
    else:
        chosen = ctx.machines(name="VMName")
    ctx.each(chosen, lambda machine: _set_processor(ctx, machine))


_ONLINE_PROCESSOR = {"maximum", "reserve", "relativeweight", "enablehostresourceprotection"}
_PROCESSOR = (
    ("Count", "count"),
    ("HwThreadCountPerCore", "hw_thread_count_per_core"),
    ("Maximum", "maximum"),
    ("Reserve", "reserve"),
    ("RelativeWeight", "relative_weight"),
    ("MaximumCountPerNumaNode", "maximum_count_per_numa_node"),
    ("MaximumCountPerNumaSocket", "maximum_count_per_numa_socket"),
    ("PerfCpuFreqCapMhz", "frequency_cap"),
    ("L3CacheWays", "l3_cache_ways"),
)
_PROCESSOR_TEXTS = (
    ("CompatibilityForMigrationMode", "compatibility_mode"),
    ("ApicMode", "apic_mode"),
    ("CpuBrandString", "brand_string"),
)
_PROCESSOR_FLAGS = (
    ("CompatibilityForMigrationEnabled", "compatibility_for_migration"),
    ("CompatibilityForOlderOperatingSystemsEnabled", "compatibility_for_older_systems"),
    ("EnableHostResourceProtection", "host_resource_protection"),
    ("ExposeVirtualizationExtensions", "expose_virtualization_extensions"),
    ("EnableLegacyApicMode", "legacy_apic_mode"),
    ("AllowACountMCount", "allow_acount_mcount"),
)
_RANGES = {"Maximum": (0, 100), "Reserve": (0, 100), "RelativeWeight": (0, 10000), "HwThreadCountPerCore": (0, 64)}


def _set_processor(ctx: Context, machine: VirtualMachine) -> None:
    processor = machine.settings.processor
    known = (name for name, _ in (*_PROCESSOR, *_PROCESSOR_FLAGS, *_PROCESSOR_TEXTS))
    for name in (*known, "Perfmon", "ResourcePoolName"):
        if ctx.has(name) and name.casefold() not in _ONLINE_PROCESSOR:
            machine.require_off("device 'Processor'")  # CPU-03
    count = ctx.integer("Count")
    if count is not None and not 1 <= count <= ctx.host.processors:  # CPU-01
        raise invalid_parameter(f"The number of virtual processors {count} is outside 1 to {ctx.host.processors}.")
    for name, (low, high) in _RANGES.items():
        number = ctx.integer(name)
        if number is not None and not low <= number <= high:  # CPU-04
            raise invalid_parameter(f"{name} {number} is outside {low} to {high}.")
    monitors = [name.casefold() for name in ctx.texts("Perfmon")]
    for name in monitors:
        if name not in ("ipt", "lbr", "pebs", "pmu"):  # CPU-07
            raise invalid_parameter(f"The performance monitoring component '{name}' is not known.")
    if "pebs" in monitors and "pmu" not in monitors:  # CPU-08
        raise invalid_parameter("The performance monitoring component 'pebs' needs 'pmu'.")
    pool = _pool(ctx, ctx.host.processor_pools)  # CPU-06
    if ctx.boolean("ExposeVirtualizationExtensions") and machine.settings.memory.dynamic:
        ctx.warn("Nested virtualization does not work with dynamic memory.")  # CPU-05
    if ctx.whatif:
        return
    for name, attribute in _PROCESSOR:
        number = ctx.integer(name)
        if number is not None:
            setattr(processor, attribute, number)
    for name, attribute in _PROCESSOR_FLAGS:
        if ctx.has(name):
            setattr(processor, attribute, ctx.boolean(name))
    for name, attribute in _PROCESSOR_TEXTS:
        text = ctx.text(name)
        if text is not None:
            setattr(processor, attribute, text)
    if ctx.has("Perfmon"):
        processor.performance_monitoring = sorted(set(monitors))
    if pool is not None:
        processor.resource_pool = pool
    ctx.emit_if_passthru(processor)


def _pool(ctx: Context, known: list[str]) -> str | None:
    """The pool that -ResourcePoolName names, in its own spelling.

    Raises:
        OperationFailed: the host has no such pool (CPU-06, MEM-12).
    """
    name = ctx.text("ResourcePoolName")
    if name is None:
        return None
    found = next((pool for pool in known if pool.casefold() == name.casefold()), None)
    if found is None:
        raise invalid_parameter(f"Hyper-V was unable to find a resource pool named '{name}'.")
    return found


@cmdlet("Hyper-V", "Get-VMMemory", "VMName VM VMSnapshot")
def get_memory(ctx: Context) -> None:
    """Memory settings."""
    for settings in ctx.settings():
        ctx.emit(settings.memory)


@cmdlet(
    "Hyper-V",
    "Set-VMMemory",
    "VMName VM VMMemory Buffer DynamicMemoryEnabled MaximumBytes StartupBytes MinimumBytes Priority "
    "MaximumAmountPerNumaNodeBytes ResourcePoolName",
)
def set_memory(ctx: Context) -> None:
    """Change memory settings."""
    if ctx.has("VMMemory"):
        chosen = [memory.machine for memory in ctx.components("VMMemory", Memory)]
    else:
        chosen = ctx.machines(name="VMName")

    def change(machine: VirtualMachine) -> None:
        buffer, priority = ctx.integer("Buffer"), ctx.integer("Priority")
        if buffer is not None and not 5 <= buffer <= 2000:  # MEM-07
            raise invalid_parameter(f"The memory buffer {buffer} is outside 5 to 2000.")
        if priority is not None and not 0 <= priority <= 100:  # MEM-07
            raise invalid_parameter(f"The memory priority {priority} is outside 0 to 100.")
        pool = _pool(ctx, ctx.host.memory_pools)  # MEM-12
        if ctx.has("MaximumAmountPerNumaNodeBytes") or pool is not None:
            machine.require_off("device 'Memory'")
        if ctx.whatif:
            return
        change_memory(
            machine,
            dynamic=ctx.boolean("DynamicMemoryEnabled"),
            startup=ctx.integer("StartupBytes"),
            minimum=ctx.integer("MinimumBytes"),
            maximum=ctx.integer("MaximumBytes"),
        )
        memory = machine.settings.memory
        if buffer is not None:
            memory.buffer = buffer
        if priority is not None:
            memory.priority = priority
        if pool is not None:
            memory.resource_pool = pool
        if ctx.has("MaximumAmountPerNumaNodeBytes"):
            memory.maximum_per_numa_node = (ctx.integer("MaximumAmountPerNumaNodeBytes") or 0) // 1048576
        ctx.emit_if_passthru(memory)

    ctx.each(chosen, change)


def change_memory(
    machine: VirtualMachine, *, dynamic: bool | None, startup: int | None, minimum: int | None, maximum: int | None
) -> None:
    """Set memory sizes, bytes.

    Raises:
        OperationFailed: sizes that contradict each other (MEM-02, MEM-03), minimum or maximum for static memory
            (MEM-08), or a change that the running machine does not take (MEM-09, MEM-10).
    """
    memory = machine.settings.memory
    turned = memory.dynamic if dynamic is None else dynamic
    if not turned and (minimum is not None or maximum is not None):  # MEM-08
        raise invalid_parameter("The minimum and the maximum memory can be set for dynamic memory only.")
    new_startup = memory.startup if startup is None else startup
    new_minimum = memory.minimum if minimum is None else minimum
    new_maximum = memory.maximum if maximum is None else maximum
    check_memory(new_startup, new_minimum, new_maximum, dynamic=turned)
    if machine.state != "Off":
        _check_online(machine, turned, new_startup, new_minimum, new_maximum)
    memory.dynamic, memory.startup, memory.minimum, memory.maximum = turned, new_startup, new_minimum, new_maximum
    if machine.state == "Running" and not turned and startup is not None:
        machine.assigned = new_startup


def _check_online(machine: VirtualMachine, dynamic: bool, startup: int, minimum: int, maximum: int) -> None:
    memory = machine.settings.memory
    unchanged = dynamic == memory.dynamic and startup == memory.startup
    refusal = invalid_state(
        f"Failed to modify device 'Memory'.\n{machine.about('failed to modify device Memory.')}\n"
        "The operation cannot be performed while the virtual machine is in its current state."
    )
    if machine.state != "Running":
        raise refusal  # MEM-09
    if dynamic and unchanged:
        if minimum > memory.minimum or maximum < memory.maximum:  # MEM-10
            raise refusal
        return
    if dynamic != memory.dynamic or dynamic:  # MEM-09
        raise refusal
    if startup != memory.startup:  # MEM-11: runtime memory resize of static memory
        if not machine.heartbeat:
            raise refusal
        if startup - machine.assigned > machine.host.memory_available:
            raise refusal
