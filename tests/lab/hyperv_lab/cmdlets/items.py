# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""File cmdlets and services, for the Python engine (a real PowerShell brings its own over the lab's drives)."""

from __future__ import annotations

from collections.abc import Callable

from ..objects.enums import enum_member
from ..simulation.errors import FileError, OperationFailed
from ..simulation.files import FileItem, folded
from ..simulation.values import Record
from ..simulation.wildcards import has_wildcard, matches
from .context import Context
from .registry import cmdlet

_MODULE = "Microsoft.PowerShell.Management"


def paths(ctx: Context) -> list[str]:
    """Paths of -LiteralPath, or of -Path with its wildcards in the last part resolved."""
    if ctx.has("LiteralPath"):
        return ctx.texts("LiteralPath")
    found: list[str] = []
    for path in ctx.texts("Path"):
        if not has_wildcard(path):
            found.append(path.replace("`", ""))
            continue
        folder, _, pattern = path.rpartition("\\")
        if has_wildcard(folder):
            ctx.not_simulated("with wildcards in a folder's name")
        if ctx.host.files.is_directory(folder + "\\"):
            found += [item.path for item in ctx.host.files.children(folder + "\\") if matches(pattern, item.name)]
    return found


def _each(ctx: Context, action: Callable[[str], None]) -> None:
    for path in paths(ctx):
        try:
            action(path)
        except FileError as failure:
            ctx.error(failure)


@cmdlet(_MODULE, "Test-Path", "Path LiteralPath PathType")
def test_path(ctx: Context) -> None:
    """Whether there is something at a path."""
    kind = ctx.text("PathType") or "Any"
    found = paths(ctx)
    if not found:
        ctx.emit(False)
    for path in found:
        exists = ctx.host.files.exists(path)
        if kind != "Any":
            exists = exists and ctx.host.files.is_directory(path) == (kind == "Container")
        ctx.emit(exists)


@cmdlet(_MODULE, "Get-Item", "Path LiteralPath Force")
def get_item(ctx: Context) -> None:
    """Files and folders."""
    _each(ctx, lambda path: ctx.emit(ctx.host.files.item(path)))


@cmdlet(_MODULE, "Get-ChildItem", "Path LiteralPath Filter Recurse File Directory Force")
def get_child_item(ctx: Context) -> None:
    """What is in folders."""
    pattern = ctx.text("Filter")

    def show(item: FileItem) -> None:
        wanted = pattern is None or matches(pattern, item.name)
        if (
            wanted
            and not (ctx.flag("File") and item.is_directory)
            and not (ctx.flag("Directory") and not item.is_directory)
        ):
            ctx.emit(item)

    def visit(path: str) -> None:
        for item in ctx.host.files.children(path):
            show(item)
            if ctx.flag("Recurse") and item.is_directory:
                visit(item.path)

    _each(ctx, visit)


@cmdlet(_MODULE, "Copy-Item", "Path LiteralPath Destination Recurse Force PassThru")
def copy_item(ctx: Context) -> None:
    """Copy files and folders; an existing file is replaced (FILE-03)."""

    def copy(path: str) -> None:
        if ctx.whatif:
            return
        made = ctx.host.files.copy(
            path, ctx.required("Destination"), recurse=ctx.flag("Recurse"), force=ctx.flag("Force")
        )  # FILE-03
        for item in made:
            ctx.emit_if_passthru(item)

    _each(ctx, copy)


@cmdlet(_MODULE, "Move-Item", "Path LiteralPath Destination Force PassThru")
def move_item(ctx: Context) -> None:
    """Move files and folders."""

    def move(path: str) -> None:
        if not ctx.whatif:
            ctx.emit_if_passthru(ctx.host.files.move(path, ctx.required("Destination"), force=ctx.flag("Force")))

    _each(ctx, move)


@cmdlet(_MODULE, "Rename-Item", "Path LiteralPath NewName Force PassThru")
def rename_item(ctx: Context) -> None:
    """Rename a file or folder."""

    def rename(path: str) -> None:
        if not ctx.whatif:
            ctx.emit_if_passthru(ctx.host.files.rename(path, ctx.required("NewName")))

    _each(ctx, rename)


@cmdlet(_MODULE, "Remove-Item", "Path LiteralPath Recurse Force")
def remove_item(ctx: Context) -> None:
    """Delete files and folders; one that a machine has open stays (FILE-02)."""

    def remove(path: str) -> None:
        entry = ctx.host.files.entry(path)
        if entry.children and not ctx.flag("Recurse"):  # FILE-04
            raise OperationFailed(
                f"The item at {entry.path} has children and the Recurse parameter was not specified.",
                error_id="InvalidOperation",
                category="InvalidOperation",
                exception_type="System.Management.Automation.PSInvalidOperationException",
            )
        if not ctx.whatif:
            ctx.host.files.remove(path, recurse=ctx.flag("Recurse"))

    for path in paths(ctx):
        try:
            remove(path)
        except OperationFailed as failure:
            ctx.error(failure)


@cmdlet(_MODULE, "New-Item", "Path Name ItemType Value Force")
def new_item(ctx: Context) -> None:
    """Make a folder or a small file."""
    kind = (ctx.text("ItemType") or "File").casefold()
    name = ctx.text("Name")
    for base in ctx.texts("Path") or ["C:\\"]:
        path = base.rstrip("\\") + "\\" + name if name else base
        if ctx.whatif:
            continue
        try:
            if kind in ("directory", "container"):
                ctx.emit(ctx.host.files.make_directory(path, exist_ok=ctx.flag("Force")))
            elif kind in ("file", "leaf"):
                content = str(ctx.text("Value") or "").encode()
                if ctx.flag("Force"):
                    ctx.host.files.make_directory(folded(path).rsplit("\\", 1)[0] + "\\")
                entry = ctx.host.files.make_file(path, len(content), content=content, replace=ctx.flag("Force"))
                ctx.emit(FileItem(ctx.host, entry))
            else:
                ctx.not_simulated(f"-ItemType {kind}")
        except FileError as failure:
            ctx.error(failure)


@cmdlet(_MODULE, "Get-Content", "Path LiteralPath Raw Force")
def get_content(ctx: Context) -> None:
    """The text of small files: its lines, or with -Raw the whole."""

    def show(path: str) -> None:
        text = ctx.host.files.read(path).decode("utf-8-sig")
        for part in [text] if ctx.flag("Raw") else text.splitlines():
            ctx.emit(part)

    _each(ctx, show)


@cmdlet(_MODULE, "Set-Content", "Path LiteralPath Value Force PassThru")
def set_content(ctx: Context) -> None:
    """Write texts into small files, a line each."""
    content = "".join(f"{text}\r\n" for text in ctx.texts("Value"))

    def write(path: str) -> None:
        if not ctx.whatif:
            ctx.host.files.write(path, content.encode())
            if ctx.flag("PassThru"):
                for text in ctx.texts("Value"):
                    ctx.emit(text)

    _each(ctx, write)


@cmdlet(_MODULE, "Get-Service", "Name DisplayName")
def get_service(ctx: Context) -> None:
    """Windows services that the lab knows: vmms."""
    patterns = ctx.texts("Name") or ["*"]
    display_names = {"vmms": "Hyper-V Virtual Machine Management"}
    for pattern in patterns:
        found = [name for name in ctx.host.services if matches(pattern, name)]
        if not found and not has_wildcard(pattern):
            ctx.error(
                OperationFailed(
                    f"Cannot find any service with service name '{pattern}'.",
                    error_id="NoServiceFoundForGivenName",
                    category="ObjectNotFound",
                    exception_type="Microsoft.PowerShell.Commands.ServiceCommandException",
                    target=pattern,
                )
            )
        for name in found:
            status = ctx.host.services[name]
            ctx.emit(
                Record(
                    ctx.host,
                    "System.ServiceProcess.ServiceController",
                    f"Service:{name}",
                    {
                        "Name": name,
                        "ServiceName": name,
                        "DisplayName": display_names.get(name, name),
                        "Status": enum_member("ServiceControllerStatus", status),
                        "StartType": enum_member("ServiceStartMode", "Automatic"),
                        "CanStop": status == "Running",
                        "MachineName": ".",
                    },
                )
            )
