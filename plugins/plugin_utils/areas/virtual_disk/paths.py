# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Paths of files on a Windows host, as text: nothing here touches a file system."""

from __future__ import annotations

import functools
import ntpath
import re

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SHARE = re.compile(r"[\\/]{2}[^\\/?.][^\\/]*[\\/][^\\/]+")
_DEVICE = re.compile(r"\\\\\?\\")

#: What no Windows file or directory name may hold ("Naming Files, Paths, and Namespaces", Microsoft Learn).
FORBIDDEN_IN_NAMES = frozenset('<>:"/\\|?*')

#: Names of devices, with or without an extension.
_DEVICE_NAMES = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.IGNORECASE)

#: Longest path that the Win32 functions without long-path support take.
LONGEST_PATH = 259


def normal_path(path: str) -> str:
    r"""Return a path with single backslashes, without `.`, `..` and a trailing backslash (`D:\` keeps its own)."""
    return ntpath.normpath(path)


@functools.lru_cache(maxsize=16384)
def path_key(path: str) -> str:
    """Return the form in which two spellings of one path are equal (letter case, slashes, `..`)."""
    return normal_path(path).casefold()


def same_path(one: str | None, other: str | None) -> bool:
    """Return whether two paths name the same file, as far as text can tell."""
    if not one or not other:
        return not one and not other
    return path_key(one) == path_key(other)


def joined(directory: str, name: str) -> str:
    """Return the path of a name in a directory."""
    return ntpath.join(normal_path(directory), name)


def directory_of(path: str) -> str:
    """Return the directory of a file."""
    return ntpath.dirname(normal_path(path))


def extension_of(path: str) -> str:
    """Return the extension in lower case with its dot, or an empty text."""
    return ntpath.splitext(path)[1].lower()


def is_checkpoint_file(path: str) -> bool:
    """Return whether a file has the extension of those that take what is written after a checkpoint."""
    return extension_of(path) in (".avhd", ".avhdx")


def partial_path(path: str) -> str:
    r"""Return the name under which a copy grows until it is whole: `D:\a.vhdx` -> `D:\a.partial.vhdx`."""
    stem, extension = ntpath.splitext(normal_path(path))
    return f"{stem}.partial{extension}"


def converting_path(path: str) -> str:
    r"""Return the name under which a converted disk grows until it is whole: `D:\a.vhdx` -> `D:\a.converting.vhdx`."""
    stem, extension = ntpath.splitext(normal_path(path))
    return f"{stem}.converting{extension}"


def replaced_path(path: str) -> str:
    r"""Return the name of a disk that a converted one has replaced, until it is deleted: `D:\a.replaced.vhdx`."""
    stem, extension = ntpath.splitext(normal_path(path))
    return f"{stem}.replaced{extension}"


def compaction_note(path: str) -> str:
    """Return the file in which `Compress-Disk` notes the size that a disk file had after its last compaction."""
    return f"{normal_path(path)}.compacted"


def volume_of(path: str) -> str | None:
    """Return the drive letter of a path in upper case, or None for a share or a device path."""
    return path[0].upper() if _DRIVE.match(path) else None


def is_inside(path: str, directory: str) -> bool:
    """Return whether a path is the directory or lies below it."""
    inner, outer = path_key(path), path_key(directory)
    return inner == outer or inner.startswith(outer.rstrip("\\") + "\\")


def name_problem(name: str) -> str | None:
    """Return why a text cannot be the name of a file or directory, or None."""
    wrong = sorted({letter for letter in name if letter in FORBIDDEN_IN_NAMES or ord(letter) < 32})
    if wrong:
        return f"a Windows file name cannot hold {' '.join(repr(letter) for letter in wrong)}"
    if name != name.rstrip(" ."):
        return "Windows drops blanks and dots at the end of a file name"
    if _DEVICE_NAMES.fullmatch(name):
        return f"{name} is the name of a device"
    return None


def path_problem(path: str) -> str | None:
    """Return why a text cannot be an absolute path on a Windows host, or None."""
    if _DEVICE.match(path):
        parts = re.split(r"[\\/]", path[4:])[1:]
    elif _DRIVE.match(path):
        parts = re.split(r"[\\/]", path[3:])
    elif _SHARE.match(path):
        parts = re.split(r"[\\/]", path[2:])[1:]
    else:
        return f"{path!r} is not an absolute path such as D:\\disks\\web01.vhdx or \\\\server\\share\\web01.vhdx"
    for part in parts:
        if part in ("", ".", ".."):
            continue
        problem = name_problem(part)
        if problem is not None:
            return f"{path!r} is no path on Windows: {problem}"
    if len(path) > LONGEST_PATH and not _DEVICE.match(path):
        return f"{path!r} has {len(path)} characters; Windows takes {LONGEST_PATH}"
    return None
