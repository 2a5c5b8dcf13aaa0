# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keeping secrets out of texts."""

from __future__ import annotations

from collections.abc import Mapping

MASK = "********"


class Concealment:
    """Replaces the secrets of a batch in texts."""

    def __init__(self, secrets: Mapping[str, Mapping[str, str]]) -> None:
        texts = {secret[key] for secret in secrets.values() for key in ("password", "text") if secret.get(key)}
        self._texts = sorted(texts, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """The text with every secret masked, longest first."""
        for secret in self._texts:
            text = text.replace(secret, MASK)
        return text
