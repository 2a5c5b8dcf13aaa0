# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Names that a host gives things in the language of its Windows."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    """Localised names of one culture.

    Attributes:
        services: display names of the integration services by the last part of their id (`SERVICE_IDS`).
    """

    network_adapter: str = "Network Adapter"
    legacy_network_adapter: str = "Legacy Network Adapter"
    hard_drive: str = "Hard Drive"
    dvd_drive: str = "DVD Drive"
    floppy_drive: str = "Diskette Drive"
    scsi_controller: str = "SCSI Controller"
    ide_controller: str = "IDE Controller"
    processor: str = "Processor"
    memory: str = "Memory"
    new_virtual_machine: str = "New Virtual Machine"
    operating_normally: str = "Operating normally"
    computer_system: str = "Virtual Machine"
    hosting_computer_system: str = "Hosting Computer System"
    services: tuple[str, ...] = field(
        default=(
            "Guest Service Interface",
            "Heartbeat",
            "Key-Value Pair Exchange",
            "Shutdown",
            "Time Synchronization",
            "VSS",
        )
    )


SERVICE_IDS = (
    "6C09BB55-D683-4DA0-8931-C9BF705F6480",
    "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47",
    "2A34B1C2-FD73-4043-8A5B-DD2159BC743F",
    "9F8233AC-BE49-4C79-8EE3-E7E1985B2077",
    "2497F4DE-E9FA-4204-80E4-4B75C46419C0",
    "5CED1297-4598-4915-A5FC-AD21BB4D02A4",
)
"""Guest services, heartbeat, key-value pairs, shutdown, time, volume shadow copies: the same on every Windows."""

LANGUAGES: dict[str, Language] = {
    "en-US": Language(),
    "de-DE": Language(
        network_adapter="Netzwerkkarte",
        legacy_network_adapter="Ältere Netzwerkkarte",
        hard_drive="Festplatte",
        dvd_drive="DVD-Laufwerk",
        floppy_drive="Diskettenlaufwerk",
        scsi_controller="SCSI-Controller",
        ide_controller="IDE-Controller",
        processor="Prozessor",
        memory="Arbeitsspeicher",
        new_virtual_machine="Neuer virtueller Computer",
        operating_normally="Normaler Betrieb",
        computer_system="Virtueller Computer",
        hosting_computer_system="Hostcomputersystem",
        services=(
            "Gastdienstschnittstelle",
            "Takt",
            "Austausch von Schlüsselwertpaaren",
            "Herunterfahren",
            "Zeitsynchronisierung",
            "VSS",
        ),
    ),
}
