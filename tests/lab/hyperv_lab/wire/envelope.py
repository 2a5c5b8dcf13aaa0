# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""WSMan messages: from the request's XML to a value, and from an answer to XML (MS-WSMV 2.2, DSP0226)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from hyperv_lab.wire import names
from hyperv_lab.wire.wsman_fault import WSManFault

DEFAULT_ENVELOPE_SIZE = 153_600
DEFAULT_OPERATION_TIMEOUT = 60.0
_DURATION = re.compile(
    r"^P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)


@dataclass(frozen=True, slots=True)
class WSManRequest:
    """A request, taken apart.

    Attributes:
        action: URI of the action.
        resource: resource URI.
        message_id: as the client wrote it; the answer relates to it.
        operation_timeout: seconds the client waits.
        max_envelope_size: bytes of the largest answer the client takes.
        shell_id: of the selector ``ShellId``, or empty.
        options: the OptionSet.
        body: first element of the SOAP body, or None.
    """

    action: str
    resource: str
    message_id: str
    operation_timeout: float
    max_envelope_size: int
    shell_id: str
    options: dict[str, str]
    body: ElementTree.Element | None


def seconds_of(duration: str) -> float:
    """Seconds of an XML duration such as ``PT20S``.

    Raises: ValueError.
    """
    match = _DURATION.match(duration.strip())
    if match is None or not any(match.groupdict().values()):
        raise ValueError(f"not a duration: {duration}")
    part = {name: float(value or 0) for name, value in match.groupdict().items()}
    return part["days"] * 86400 + part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"]


def _text(parent: ElementTree.Element, path: str) -> str:
    element = parent.find(path)
    return (element.text or "").strip() if element is not None else ""


def parse_request(data: bytes) -> WSManRequest:
    """Take a request apart.

    Raises: WSManFault when it is not a WSMan request.
    """
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise WSManFault.malformed(f"The request is not well-formed XML: {error}") from None
    header = root.find(f"{{{names.SOAP}}}Header")
    body = root.find(f"{{{names.SOAP}}}Body")
    if header is None or body is None:
        raise WSManFault.malformed("The request has no SOAP header or body.")
    if body.find(f"{{{names.WSMAN_IDENTITY}}}Identify") is not None:
        return WSManRequest(names.WSMAN_IDENTITY, "", "", 0.0, DEFAULT_ENVELOPE_SIZE, "", {}, body[0])
    timeout = _text(header, f"{{{names.WSMAN}}}OperationTimeout")
    size = _text(header, f"{{{names.WSMAN}}}MaxEnvelopeSize")
    selectors = {
        element.get("Name", ""): (element.text or "").strip()
        for element in header.findall(f"{{{names.WSMAN}}}SelectorSet/{{{names.WSMAN}}}Selector")
    }
    options = {
        element.get("Name", ""): element.text or ""
        for element in header.findall(f"{{{names.WSMAN}}}OptionSet/{{{names.WSMAN}}}Option")
    }
    try:
        return WSManRequest(
            action=_text(header, f"{{{names.ADDRESSING}}}Action"),
            resource=_text(header, f"{{{names.WSMAN}}}ResourceURI"),
            message_id=_text(header, f"{{{names.ADDRESSING}}}MessageID"),
            operation_timeout=seconds_of(timeout) if timeout else DEFAULT_OPERATION_TIMEOUT,
            max_envelope_size=int(size) if size else DEFAULT_ENVELOPE_SIZE,
            shell_id=selectors.get("ShellId", ""),
            options=options,
            body=body[0] if len(body) else None,
        )
    except ValueError as error:
        raise WSManFault.malformed(f"The request's header is not valid: {error}") from None


_NAMESPACES = (
    f'xmlns:s="{names.SOAP}" xmlns:a="{names.ADDRESSING}" xmlns:x="{names.TRANSFER}" xmlns:w="{names.WSMAN}" '
    f'xmlns:p="{names.WSMAN_MICROSOFT}" xmlns:rsp="{names.SHELL}"'
)


def _envelope(action: str, relates_to: str, body: str) -> bytes:
    relation = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
    return (
        f'<s:Envelope xml:lang="en-US" {_NAMESPACES}><s:Header><a:Action>{escape(action)}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID><a:To>{names.ANONYMOUS}</a:To>{relation}"
        f"</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def render_answer(request: WSManRequest, body: str) -> bytes:
    """The answer to ``request`` with this body, which is XML already."""
    return _envelope(f"{request.action}Response", request.message_id, body)


def render_fault(fault: WSManFault, relates_to: str, machine: str) -> bytes:
    """A SOAP fault with its WSManFault detail; for the quota faults also the WMI error that Windows adds."""
    reason = escape(fault.reason)
    wmi = ""
    if fault.subcode == "w:QuotaLimit":
        wmi = (
            f'<e:MSFT_WmiError xmlns:e="{names.WMI_ERROR}"><e:error_Code>{fault.code}</e:error_Code>'
            f"<e:Message>{reason}</e:Message></e:MSFT_WmiError>"
        )
    body = (
        f"<s:Fault><s:Code><s:Value>{'s:Sender' if fault.sender else 's:Receiver'}</s:Value>"
        f"<s:Subcode><s:Value>{fault.subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{reason}</s:Text></s:Reason>'
        f'<s:Detail><f:WSManFault xmlns:f="{names.WSMAN_FAULT}" Code="{fault.code}" Machine={quoteattr(machine)}>'
        f"<f:Message>{reason}</f:Message></f:WSManFault>{wmi}</s:Detail></s:Fault>"
    )
    return _envelope(names.FAULT_ACTION, relates_to, body)


def render_identity() -> bytes:
    """The answer to Identify."""
    return (
        f'<s:Envelope xml:lang="" xmlns:s="{names.SOAP}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{names.WSMAN_IDENTITY}">'
        f"<wsmid:ProtocolVersion>{names.WSMAN}</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        "<wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode()
