# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The lab's end of the channel: cmdlet calls, property reads and files for PowerShell processes, over loopback TCP."""

from __future__ import annotations

import json
import secrets
import socketserver
import threading
import traceback
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from ...cmdlets.calls import CmdletCall
from ...cmdlets.invoke import invoke
from ...simulation.errors import CmdletError, ErrorRecord, FileError
from ...simulation.estate import Session
from ...simulation.files import FileItem
from ...simulation.host import Host
from ...simulation.values import Record, SimObject
from .value_coding import ValueCoding


class ProcessContext:
    """What the channel knows of one started PowerShell and of the processes it starts: host, user, records."""

    def __init__(self, host: Host, session: Session) -> None:
        self.host = host
        self.session = session
        self.connections = 0
        self._lock = threading.Lock()
        self._letters = self.drive_letters()
        self._records: dict[str, Record] = {}
        self.coding = ValueCoding(self._find_object, self._keep_record)

    def connected(self, change: int) -> None:
        """Count a connection that was opened (1) or closed (-1)."""
        with self._lock:
            self.connections += change

    def _keep_record(self, record: Record) -> str:
        key = f"record:{uuid.uuid4()}"
        self._records[key] = record
        return key

    def _find_object(self, key: str) -> SimObject:
        record = self._records.get(key)
        if record is not None:
            return record
        try:
            found = self.host.find_object(key)
        except ValueError:  # not a key of anything live
            found = None
        if found is None:
            raise KeyError(key)
        return found

    def answer(self, request: dict[str, Any], progress: Callable[[str, int], None]) -> dict[str, Any]:
        """The reply to one request. Raises ValueError for a request that is none.

        Args:
            progress: takes what a long operation says meanwhile: an activity and its percentage.
        """
        match request["call"]:
            case "invoke":
                return self._invoke(request, replace(self.session, progress=progress))
            case "read":
                return self._read(request["key"])
            case "file":
                return self._file(request)
            case call:
                raise ValueError(f"unknown call {call!r}")

    def _invoke(self, request: dict[str, Any], session: Session) -> dict[str, Any]:
        reply: dict[str, Any] = {"output": [], "errors": [], "warnings": []}
        try:
            parameters = {name: self.coding.decode(value) for name, value in request["parameters"].items()}
        except KeyError as gone:
            reply["terminating"] = _error(
                ErrorRecord("ObjectNotFound", "", "ObjectNotFound", f"The object no longer exists: {gone.args[0]}.")
            )
            return reply
        call = CmdletCall(request["module"], request["cmdlet"], request["set"], parameters, session)
        try:
            outcome = invoke(self.host, call)
        except CmdletError as error:
            reply["terminating"] = _error(error.record)
        else:
            reply["output"] = [self.coding.encode(value, with_values=True) for value in outcome.output]
            reply["errors"] = [_error(record) for record in outcome.errors]
            reply["warnings"] = outcome.warnings
        letters = self.drive_letters()
        if letters != self._letters:  # a volume came or went since the process was told
            reply["drives"] = self._letters = letters
        return reply

    def drive_letters(self) -> str:
        """The letters of the host's volumes, such as "CD"."""
        return "".join(sorted(self.host.files.volumes))

    def _read(self, key: str) -> dict[str, Any]:
        try:
            return {"values": self.coding.properties(self._find_object(key))}
        except KeyError:
            return {"gone": True}

    def _file(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"value": self._file_operation(request)}
        except FileError as error:
            return {"error": _error(error.record(""))}

    def _file_operation(self, request: dict[str, Any]) -> Any:
        files, path = self.host.files, request["path"]
        with self.host.estate.lock:
            match request["operation"]:
                case "exists":
                    return files.exists(path)
                case "is_directory":
                    return files.is_directory(path)
                case "item":
                    return self._item(files.item(path))
                case "children":
                    return [self._item(item) for item in files.children(path)]
                case "make_directory":
                    files.make_directory(path)
                case "copy":
                    files.copy(path, request["destination"], recurse=request["recurse"], force=request["force"])
                case "move":
                    files.move(path, request["destination"], force=request["force"])
                case "remove":
                    files.remove(path, recurse=request["recurse"])
                case "read":
                    return files.read(path).decode("utf-8-sig", "replace")
                case "write":
                    files.write(path, request["text"].encode())
                case operation:
                    raise ValueError(f"unknown file operation {operation!r}")
        return None

    def _item(self, item: FileItem) -> dict[str, Any]:
        return {
            "path": item.path,
            "is_directory": item.is_directory,
            "length": item.length,
            "created": self.coding.encode(item.created),
            "changed": self.coding.encode(item.changed),
        }


def _error(record: ErrorRecord) -> dict[str, Any]:
    return {
        "id": record.error_id,
        "category": record.category,
        "message": record.message,
        "hresult": record.hresult,
        "exception": record.exception_type,
        "target": record.target,
    }


class _Connection(socketserver.StreamRequestHandler):
    """One connection of a process. Its first request names the token that tells whose it is."""

    disable_nagle_algorithm = True
    wbufsize = -1

    def handle(self) -> None:
        server = cast("ChannelServer", self.server)
        context = server.context(json.loads(self.rfile.readline() or b"{}").get("token", ""))
        if context is None:
            self._send({"refused": "the token is not one of this lab's"})
            return
        context.connected(1)
        try:
            self._send({})
            for line in self.rfile:
                self._send(_answer(context, line, self._tell))
        finally:
            context.connected(-1)

    def _tell(self, activity: str, percent: int) -> None:
        self._send({"progress": {"activity": activity, "percent": percent}})

    def _send(self, reply: dict[str, Any]) -> None:
        self.wfile.write(json.dumps(reply, separators=(",", ":")).encode() + b"\n")
        self.wfile.flush()


def _answer(context: ProcessContext, line: bytes, progress: Callable[[str, int], None]) -> dict[str, Any]:
    try:
        return context.answer(json.loads(line), progress)
    except OSError:
        raise  # the process went away while it was told of progress
    except Exception as error:  # a defect of the lab must be seen in the script that met it
        traceback.print_exc()
        return {"refused": f"{type(error).__name__}: {error}"}


class ChannelServer(socketserver.ThreadingTCPServer):
    """Listens on a free loopback port. Each started process has its own token."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self._contexts: dict[str, ProcessContext] = {}
        self._thread = threading.Thread(target=self.serve_forever, name="hyperv-lab-channel", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """`127.0.0.1:port`."""
        return f"127.0.0.1:{self.server_address[1]}"

    def admit(self, context: ProcessContext) -> str:
        """Make a token under which a process may call."""
        token = secrets.token_urlsafe(24)
        self._contexts[token] = context
        return token

    def dismiss(self, token: str) -> None:
        """Forget a token and the records that its process was given."""
        self._contexts.pop(token, None)

    def context(self, token: str) -> ProcessContext | None:
        """Whose token it is."""
        return self._contexts.get(token)

    def handle_error(self, request: object, client_address: object) -> None:
        """A process that was killed in the middle of a reply is nothing to report."""

    def close(self) -> None:
        """Stop listening. Connections that are open end with their processes."""
        self.shutdown()
        self.server_close()
        self._thread.join()
