# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Names of the protocols: XML namespaces, WSMan actions and resources (MS-WSMV 2.2.1, 3.1.4)."""

from __future__ import annotations

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
WSMAN_MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
WSMAN_FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
WSMAN_IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
WSMAN_CONFIGURATION = "http://schemas.microsoft.com/wbem/wsman/1/config"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WMI_ERROR = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"
POWERSHELL = "http://schemas.microsoft.com/powershell"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"

COMMAND_SHELL_RESOURCE = f"{SHELL}/cmd"

CREATE = f"{TRANSFER}/Create"
DELETE = f"{TRANSFER}/Delete"
GET = f"{TRANSFER}/Get"
COMMAND = f"{SHELL}/Command"
SEND = f"{SHELL}/Send"
RECEIVE = f"{SHELL}/Receive"
SIGNAL = f"{SHELL}/Signal"

COMMAND_STATE_DONE = f"{SHELL}/CommandState/Done"
COMMAND_STATE_RUNNING = f"{SHELL}/CommandState/Running"
SIGNAL_TERMINATE = f"{SHELL}/signal/terminate"


def short_action(action: str) -> str:
    """The last word of an action URI, as people say it: ``Create``, ``Receive``."""
    return action.rsplit("/", 1)[-1]
