# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``python -m hyperv_lab``."""

from __future__ import annotations

import sys

from hyperv_lab.command_line.program import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
