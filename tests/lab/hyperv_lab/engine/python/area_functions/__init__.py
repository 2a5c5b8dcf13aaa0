# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The functions of the payload's area files, again in Python."""

from __future__ import annotations

from hyperv_lab.engine.python.area_functions.area_function import AreaFunction
from hyperv_lab.engine.python.area_functions.chain_verification import TEST_DISK_CHAIN
from hyperv_lab.engine.python.area_functions.checkpoints import NEW_CHECKPOINT, WAIT_FOR_MERGE
from hyperv_lab.engine.python.area_functions.dependent_disk import GET_DEPENDENT_DISK
from hyperv_lab.engine.python.area_functions.disk_chain import GET_DISK_CHAIN
from hyperv_lab.engine.python.area_functions.disk_maintenance import COMPRESS_DISK, GET_COMPACTED_SIZE
from hyperv_lab.engine.python.area_functions.export_folder import (
    COMPLETE_VM_EXPORT,
    GET_EXPORT_FOLDER,
    GET_FILE_STAMP,
)
from hyperv_lab.engine.python.area_functions.operation import GET_OPERATION, REMOVE_OPERATION, START_OPERATION
from hyperv_lab.engine.python.area_functions.request_guest_shutdown import REQUEST_GUEST_SHUTDOWN
from hyperv_lab.engine.python.area_functions.stop_guest import STOP_GUEST
from hyperv_lab.engine.python.area_functions.stop_vm_power import STOP_VM_POWER
from hyperv_lab.engine.python.area_functions.vm_import import (
    COMPARE_VM_IMPORT,
    NEW_PLANNED_VM,
    REMOVE_PLANNED_VM,
)
from hyperv_lab.engine.python.area_functions.vm_settings import GET_SECURITY_STATE, SET_INTEGRATION_SERVICE
from hyperv_lab.engine.python.area_functions.wait_vm_change import WAIT_VM_CHANGE

AREA_FUNCTIONS: dict[str, AreaFunction] = {
    function.name: function
    for function in (
        STOP_GUEST,
        STOP_VM_POWER,
        GET_DISK_CHAIN,
        GET_DEPENDENT_DISK,
        TEST_DISK_CHAIN,
        GET_COMPACTED_SIZE,
        COMPRESS_DISK,
        START_OPERATION,
        GET_OPERATION,
        REMOVE_OPERATION,
        GET_SECURITY_STATE,
        SET_INTEGRATION_SERVICE,
        NEW_CHECKPOINT,
        WAIT_FOR_MERGE,
        GET_EXPORT_FOLDER,
        GET_FILE_STAMP,
        COMPLETE_VM_EXPORT,
        REQUEST_GUEST_SHUTDOWN,
        WAIT_VM_CHANGE,
        COMPARE_VM_IMPORT,
        NEW_PLANNED_VM,
        REMOVE_PLANNED_VM,
    )
}
"""By name."""
