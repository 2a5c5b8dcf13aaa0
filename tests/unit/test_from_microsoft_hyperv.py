# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The page for those who come from microsoft.hyperv names only options that exist."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.documentation import (
    Level,
    module_file,
    module_options,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "from-microsoft-hyperv.md"


def test_each_option_exists() -> None:
    named = sorted(set(re.findall(r"`(\w+): ([a-z_0-9.]+)`", PAGE.read_text(encoding="utf-8"))))
    assert len(named) > 60
    modules = {path.stem for path in (PAGE.parents[1] / "plugins" / "modules").glob("*.py")}
    missing = []
    for module, option in named:
        if module in modules and not exists(module_options(module_file(module)), option):
            missing.append(f"{module}: {option}")
    assert not missing


def exists(level: Level | None, option: str) -> bool:
    """Whether a dotted option is there."""
    first, _, rest = option.partition(".")
    if level is None or first not in level.options:
        return False
    return not rest or exists(level.options[first].level, rest)
