# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulated host whose batches are run by the real payload, in one PowerShell process with a runspace for each."""

from __future__ import annotations

import base64
import json
import types
from pathlib import Path

from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.batch import Batch
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.payload_text import batch_text, bootstrap
from ansible_collections.datacenter.hyperv.plugins.plugin_utils.core.reply import BatchReply, decode_reply
from hyperv_lab.engine.powershell import PowerShellEngine
from hyperv_lab.simulation.estate import Session
from hyperv_lab.simulation.host import Host


class PowerShellHost:
    """A host for `area_harness.run_area`."""

    def __init__(self, engine: PowerShellEngine, host: Host) -> None:
        self.host = host
        script = Path(__file__).with_name("serve_batches.ps1")
        session = Session("tests", host.name, "direct")
        arguments = ["pwsh", "-NoProfile", "-NonInteractive", "-File", str(script)]
        self._process = engine.start_command(host, session, arguments)

    def exchange(self, batch: Batch) -> BatchReply:
        """Run a batch as it travels: with the payload files that it needs and no others."""
        request = json.dumps({"script": bootstrap(), "input": batch_text(batch), "before": ""})
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(base64.b64encode(request.encode()) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the PowerShell of the tests ended"
        return decode_reply(base64.b64decode(line).decode(), batch.id)

    def fingerprint(self) -> object:
        """See `area_harness.Host`."""
        return self.host.fingerprint()

    def __enter__(self) -> PowerShellHost:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
