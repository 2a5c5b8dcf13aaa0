# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Windows Server releases that a host can have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """One release: year, build, display name, default and supported configuration versions, WMI version."""

    year: str
    build: int
    caption: str
    default_version: str
    versions: tuple[str, ...]


RELEASES: dict[str, Release] = {
    release.year: release
    for release in (
        Release("2016", 14393, "Microsoft Windows Server 2016 Datacenter", "8.0", ("5.0", "6.2", "7.0", "7.1", "8.0")),
        Release(
            "2019",
            17763,
            "Microsoft Windows Server 2019 Datacenter",
            "9.0",
            ("5.0", "6.2", "7.0", "7.1", "8.0", "8.1", "8.2", "8.3", "9.0"),
        ),
        Release(
            "2022",
            20348,
            "Microsoft Windows Server 2022 Datacenter",
            "10.0",
            ("8.0", "8.1", "8.2", "8.3", "9.0", "9.1", "9.2", "9.3", "10.0"),
        ),
        Release(
            "2025",
            26100,
            "Microsoft Windows Server 2025 Datacenter",
            "12.0",
            ("8.0", "8.1", "8.2", "8.3", "9.0", "9.1", "9.2", "9.3", "10.0", "11.0", "12.0"),
        ),
    )
}


def version_key(version: str) -> tuple[int, ...]:
    """A configuration version that can be compared: `version_key("10.0") > version_key("9.3")`."""
    return tuple(int(part) for part in version.split("."))
