# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: vm_info
short_description: Read the virtual machines of a Hyper-V host
version_added: 1.0.0
description:
  - Reads settings, disks with their chains, network adapters, start-up order and checkpoints of virtual machines.
  - One exchange with the host, and the same number of cmdlet calls for one virtual machine as for hundreds.
  - Settings come in the form in which M(datacenter.hyperv.vm) would declare them.
  - Changes nothing.
options:
  name:
    description:
      - Names of the virtual machines to read, taken literally, upper and lower case being equal. All, if this is left
        out.
      - A name that no virtual machine has is listed in RV(missing).
    type: list
    elements: str
  gather:
    description:
      - Which parts to read. Each part that is left out saves the host a call.
      - V(key_protector) tells whether a machine has a key protector, and is read only if it is asked for.
      - V(host_devices) are Fibre Channel adapters, GPU partitions and devices of the host. Few hosts have any, so they
        are read only if they are asked for.
      - V(usage) is what machines used, for those that are metered (O(datacenter.hyperv.vm#module:metering)). It is read
        only if it is asked for.
    type: list
    elements: str
    choices:
      - settings
      - security
      - key_protector
      - integration_services
      - com_ports
      - disks
      - dvd_drives
      - floppy
      - controllers
      - adapters
      - boot_order
      - checkpoints
      - host_devices
      - usage
    default:
      - settings
      - security
      - integration_services
      - com_ports
      - disks
      - dvd_drives
      - floppy
      - controllers
      - adapters
      - boot_order
      - checkpoints
  verify_chains:
    description:
      - Whether the host verifies that each disk file can be opened with all the files that it is based on.
      - What is wrong with a chain is in C(chain_problem) of the disk in RV(vms). Costs one call for each attached file.
    type: bool
    default: false
extends_documentation_fragment:
  - datacenter.hyperv.attributes.reading
seealso:
  - module: datacenter.hyperv.vm
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Read everything about all virtual machines
  datacenter.hyperv.vm_info:
  register: hyperv

- name: Show the addresses of one of them
  datacenter.hyperv.vm_info:
    name: [web01]
    gather: [adapters]
  register: web

- name: What of the host's devices each virtual machine has
  datacenter.hyperv.vm_info:
    gather: [host_devices]
  register: devices

- name: What metered virtual machines use
  datacenter.hyperv.vm_info:
    gather: [usage]
  register: metered

- name: The first address
  ansible.builtin.debug:
    msg: "{{ web.vms_by_name.web01.adapters[0].ip_addresses | first }}"

- name: Virtual machines that run on checkpoints
  ansible.builtin.debug:
    msg: "{{ hyperv.vms | selectattr('checkpoints') | map(attribute='name') }}"

- name: Verify the chains of all disks before a maintenance window
  datacenter.hyperv.vm_info:
    gather: [disks]
    verify_chains: true
  register: chains

- name: Disks whose chain is not whole
  ansible.builtin.debug:
    msg: "{{ chains.vms | map(attribute='disks') | flatten | selectattr('chain_problem') }}"
"""

RETURN = r"""
vms:
  description: The virtual machines, sorted by name. Sizes are in bytes.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the virtual machine.
      type: str
    name:
      description: Its name, which need not be unique on a host.
      type: str
    state:
      description: Power state, V(running), V(stopped), V(saved), V(paused), or what else Hyper-V calls it.
      type: str
    status:
      description: What the host says about it, in the host's language. For people only.
      type: str
    generation:
      description: V(1) or V(2).
      type: int
    version:
      description: Configuration version.
      type: str
    path:
      description: Directory of its configuration.
      type: str
    uptime:
      description: Seconds since it was started.
      type: int
    memory_assigned:
      description: Bytes of memory it has now.
      type: int
    memory_demand:
      description: Bytes of memory it asks for now.
      type: int
    created:
      description: When it was created, ISO 8601 in UTC.
      type: str
    clustered:
      description: Whether it is a role of a failover cluster.
      type: bool
    replication:
      description: State of its replication as Hyper-V calls it, such as V(Disabled) or V(Replicating).
      type: str
    processor:
      description: Processor settings, if O(gather) has V(settings). Likewise RV(vms[].memory), V(notes) and the others.
      type: dict
    memory:
      description: Memory settings. Minimum and maximum are null where memory is static.
      type: dict
    notes:
      description: Notes, without the tags.
      type: str
    tags:
      description: Tags, which are kept in the notes.
      type: dict
      sample: {owner: web team}
    security:
      description:
        - TPM, encryption and shielding, if O(gather) has V(security).
        - Whether there is a key protector, if it has V(key_protector).
      type: dict
    integration_services:
      description: Which integration services are enabled, if O(gather) has V(integration_services).
      type: dict
    com1:
      description: The first COM port, if O(gather) has V(com_ports). Likewise V(com2).
      type: dict
    disks:
      description:
        - Disks by slot, each with its file, type, sizes, the files it is based on (C(parents)), and what its drive
          carries.
        - A disk of the host has C(physical_disk), with number, serial number and unique id, instead of a file.
        - A disk whose file cannot be read has V(error) instead.
        - With O(verify_chains), C(chain_problem) is null for a chain that is whole, or a mapping. Its C(file) and
          C(parent) are where the chain breaks.
        - Its C(kind) is V(missing_parent), V(parent_elsewhere) for a parent that lies beside the file (C(found)) and
          not where the file looks for it, V(parent_changed) for one that was written to after the file was made on it,
          V(busy) or V(unreadable).
      type: list
      elements: dict
      sample:
        - slot: scsi:0:0
          path: D:\VMs\web01\os.vhdx
          disk_number: null
          physical_disk: null
          minimum_iops: 0
          maximum_iops: 500
          qos_policy_id: ''
          shared: false
          write_cache: default
          resource_pool: Primordial
          type: differencing
          size: 42949672960
          file_size: 4194304
          parents: ['D:\Templates\ws2025.vhdx']
    dvd_drives:
      description: DVD drives by slot, with the image in them.
      type: list
      elements: dict
    floppy:
      description: Virtual floppy disk in the drive of generation 1.
      type: str
    scsi_controllers:
      description: Number of SCSI controllers.
      type: int
    adapters:
      description: Network adapters with switch, address, VLAN and the IP addresses that the guest reports.
      type: list
      elements: dict
    fibre_channel_adapters:
      description: Fibre Channel adapters with the virtual SAN and the world wide names of each.
      type: list
      elements: dict
    gpu_partitions:
      description: Parts of GPUs, each with the device path of the GPU, or V(any), and what it is to get.
      type: list
      elements: dict
    assignable_devices:
      description: Devices of the host that the machine has for itself, by C(location_path).
      type: list
      elements: dict
    usage:
      description:
        - What the machine used in the C(seconds) since metering began, if O(gather) has V(usage). Null for a machine
          that is not metered.
        - C(processor_mhz_average) and C(iops_average) are averages, C(memory_average), C(memory_maximum),
          C(memory_minimum), C(disk_allocation), C(disk_read) and C(disk_written) bytes.
      type: dict
    boot_order:
      description: The start-up order, in the words of M(datacenter.hyperv.vm).
      type: list
      elements: str
    checkpoints:
      description: Checkpoints with id, name, type, time and parent.
      type: list
      elements: dict
vms_by_name:
  description: The same by name. Virtual machines that share a name are left out here.
  returned: success
  type: dict
missing:
  description: Names that were asked for and that no virtual machine has.
  returned: success
  type: list
  elements: str
exchanges:
  description: How many exchanges with the host the task took.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
{}
"""
