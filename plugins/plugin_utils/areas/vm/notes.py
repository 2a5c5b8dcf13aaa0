# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Notes and tags of a VM, which share the property Notes.

A tag is a line `[AnsibleTag] key: value`, as microsoft.hyperv's hv_vm_tag writes and reads it. The lines stand sorted
behind the text. Neither the text nor the tags are lost when only the other is declared.
"""

from __future__ import annotations

import typing as t

PREFIX = "[AnsibleTag]"


def plain_text(notes: str) -> str:
    """Return the text of Notes without the tags, with plain line feeds, without line breaks at its end."""
    lines = _lines(notes)
    return "\n".join(line for line in lines if _tag(line) is None).rstrip("\n")


def tags_of(notes: str) -> dict[str, str]:
    """Return the tags in Notes, sorted by key."""
    found = [tag for tag in map(_tag, _lines(notes)) if tag is not None]
    return dict(sorted(found))


def composed(text: str, tags: t.Mapping[str, str]) -> str:
    """Return what Notes holds for a text and tags."""
    lines = [f"{PREFIX} {key}: {value}".rstrip() for key, value in sorted(tags.items())]
    return "\n".join([*([text] if text else []), *lines])


def key_problem(key: t.Any) -> str | None:
    """Return why a key cannot be that of a tag, or None."""
    if not isinstance(key, str) or not key.strip():
        return "the key of a tag is a text that is not empty"
    if key != key.strip():
        return f"the key {key!r} begins or ends with white space; leave that out"
    if ":" in key or any(ord(letter) < 32 for letter in key):
        return f"the key {key!r} has a colon or a control character in it, which the line of a tag cannot hold"
    return None


def value_problem(value: str) -> str | None:
    """Return why a text cannot be the value of a tag, or None."""
    if any(ord(letter) < 32 for letter in value):
        return f"{value!r} has a line break or another control character in it; a tag is one line"
    if value != value.strip():
        return f"{value!r} begins or ends with white space; leave that out"
    return None


def _lines(notes: str) -> list[str]:
    return notes.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _tag(line: str) -> tuple[str, str] | None:
    """Return key and value of a tag's line. A line with the prefix and no key is text, and stays."""
    if not line.startswith(PREFIX):
        return None
    key, colon, value = line[len(PREFIX) :].partition(":")
    if not colon or not key.strip():
        return None
    return key.strip(), value.strip()
