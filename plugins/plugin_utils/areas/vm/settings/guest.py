# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of what the guest talks through: integration services and COM ports."""

from __future__ import annotations

import typing as t

from ....core.setting import OFF_ONLY
from .row import COM1, COM2, ON_OFF, SERVICES, Row, row

#: The function of the payload that finds services by the end of their ids.
SET_SERVICES = "Set-IntegrationService"
SET_COM_PORT = "Hyper-V\\Set-VMComPort"

#: Services by the last part of their Id, which is the same in every language while their names are translated
#: (HyperVDsc #73, packer #2576), with their option and the parameter of the function.
SERVICE_KEYS: t.Mapping[str, tuple[str, str]] = {
    "6c09bb55-d683-4da0-8931-c9bf705f6480": ("guest_service_interface", "GuestServiceInterface"),
    "84eaae65-2f2e-45f5-9bb5-0e857dc8eb47": ("heartbeat", "Heartbeat"),
    "2a34b1c2-fd73-4043-8a5b-dd2159bc743f": ("key_value_pair_exchange", "KeyValuePairExchange"),
    "9f8233ac-be49-4c79-8ee3-e7e1985b2077": ("shutdown", "Shutdown"),
    "2497f4de-e9fa-4204-80e4-4b75c46419c0": ("time_synchronization", "TimeSynchronization"),
    "5ced1297-4598-4915-a5fc-ad21bb4d02a4": ("vss", "Vss"),
}


def service_option(service_id: str) -> str | None:
    """Return the option of the service whose Id this is (`Microsoft:<VM>\\<service>`), or None."""
    known = SERVICE_KEYS.get(service_id.rpartition("\\")[2].lower())
    return None if known is None else f"integration_services.{known[0]}"


def _com_rows(number: int, reader: str) -> tuple[Row, ...]:
    fixed = {"Number": number}
    return (
        row(
            f"com{number}.path",
            (reader, "Path", "text"),
            (SET_COM_PORT, "Path"),
            states=OFF_ONLY,
            fixed=fixed,
            unread="",
        ),
        row(
            f"com{number}.debugger_mode",
            (reader, "DebuggerMode", "enum"),
            (SET_COM_PORT, "DebuggerMode"),
            states=OFF_ONLY,
            words=ON_OFF,
            fixed=fixed,
        ),
    )


GUEST_ROWS: tuple[Row, ...] = (
    *(
        row(f"integration_services.{option}", (SERVICES, service_id, "boolean"), (SET_SERVICES, parameter))
        for service_id, (option, parameter) in SERVICE_KEYS.items()
    ),
    *_com_rows(1, COM1),
    *_com_rows(2, COM2),
)
