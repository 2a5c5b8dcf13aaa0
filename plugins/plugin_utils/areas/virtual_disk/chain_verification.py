# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Chains of disk files verified: which file cannot be opened with its parents, and why."""

from __future__ import annotations

import collections.abc as c
import typing as t

from ...core.step import Field, Step

#: Id of the reading step, the payload file with its function, and the function's name.
BROKEN_CHAINS, VERIFICATION_FILE, VERIFY_CHAINS = "broken_chains", "chain_verification", "Test-DiskChain"

#: What HRESULTs say (virtdisk error constants: ERROR_VHD_CHILD_PARENT_ID_MISMATCH, ..._TIMESTAMP_MISMATCH; Win32:
#: ERROR_SHARING_VIOLATION).
_CHANGED = frozenset({0xC03A000E, 0xC03A000F})
_BUSY = 0x80070020


def verification_step(paths: c.Sequence[t.Any], step_id: str = BROKEN_CHAINS) -> Step:
    """Return the step that verifies the chains of files; it gives rows for those that are not whole.

    Args:
        paths: texts, and references that give texts.
    """
    return Step(
        step_id,
        VERIFY_CHAINS,
        {"Path": list(paths)},
        read=(
            Field("path", "Path"),
            Field("file", "File"),
            Field("parent", "ParentPath"),
            Field("parent_exists", "ParentExists", "boolean"),
            Field("beside", "Beside"),
            Field("error", "Error"),
            Field("hresult", "HResult", "integer"),
        ),
    )


def chain_problem(row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what is wrong with a chain, from a row of the step."""
    code = (row["hresult"] or 0) & 0xFFFFFFFF
    if row["parent"] is not None and row["parent_exists"] is False:
        kind = "parent_elsewhere" if row["beside"] else "missing_parent"
    elif code in _CHANGED:
        kind = "parent_changed"
    elif code == _BUSY:
        kind = "busy"
    else:
        kind = "unreadable"
    return {
        "kind": kind,
        "file": row["file"],
        "parent": row["parent"],
        "found": row["beside"],
        "error": row["error"] or None,
    }
