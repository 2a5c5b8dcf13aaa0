# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: host_info
short_description: Read what a Hyper-V host has
version_added: 1.0.0
description:
  - Reads the Hyper-V settings of a host, its volumes, physical network adapters and virtual switches, in one exchange.
  - Changes nothing.
options:
  gather:
    description:
      - Which parts to read.
      - V(virtual_sans), V(gpus) and V(assignable_devices) are read only if they are asked for. GPUs that can be shared
        are listed since Windows Server 2022.
    type: list
    elements: str
    choices: [host, volumes, adapters, switches, virtual_sans, gpus, assignable_devices]
    default: [host, volumes, adapters, switches]
extends_documentation_fragment:
  - datacenter.hyperv.attributes.reading
seealso:
  - module: datacenter.hyperv.switch
  - module: datacenter.hyperv.vm_info
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Read everything
  datacenter.hyperv.host_info:
  register: hyperv

- name: What the host can lend to virtual machines
  datacenter.hyperv.host_info:
    gather: [virtual_sans, gpus, assignable_devices]
  register: devices

- name: See that volume D has 100 GB left
  datacenter.hyperv.host_info:
    gather: [volumes]
  register: hyperv
  failed_when: (hyperv.volumes | selectattr('letter', 'equalto', 'D') | first).free < 100 * 1024 ** 3
"""

RETURN = r"""
host:
  description: The Hyper-V settings of the host. Sizes are in bytes.
  returned: when O(gather) has V(host)
  type: dict
  sample:
    name: HV01
    logical_processors: 32
    memory: 274877906944
    vm_path: D:\vms
    disk_path: D:\disks
    migration: false
volumes:
  description: The volumes, sorted by drive letter, with their size and free space in bytes.
  returned: when O(gather) has V(volumes)
  type: list
  elements: dict
  sample:
    - letter: D
      label: Data
      file_system: NTFS
      size: 4398046511104
      free: 3298534883328
      path: \\?\Volume{0f0e5b3a-0000-0000-0000-100000000000}\
adapters:
  description: The physical network adapters, sorted by name.
  returned: when O(gather) has V(adapters)
  type: list
  elements: dict
  sample:
    - id: 9d1b7c11-6b46-4a0c-a9c3-1a2f3c4d5e6f
      name: Ethernet 2
      description: Contoso 10G Adapter
      mac_address: 00-15-5D-01-0A-02
      status: Up
      link_speed: 10 Gbps
switches:
  description: The virtual switches, sorted by name.
  returned: when O(gather) has V(switches)
  type: list
  elements: dict
  sample:
    - id: 3f0b2f5c-6f2e-4b44-9a0e-3a1c4f8f7d11
      name: lan
      type: external
      notes: ""
      allow_management_os: true
      interface_descriptions: [Contoso 10G Adapter]
      embedded_teaming: false
      minimum_bandwidth_mode: absolute
      iov: false
virtual_sans:
  description: The virtual SANs for Fibre Channel adapters, sorted by name.
  returned: when O(gather) has V(virtual_sans)
  type: list
  elements: dict
  sample:
    - name: fabric-a
      notes: left
gpus:
  description:
    - The GPUs that can be shared, by device path, with the number of partitions, the numbers that it can be cut into,
      and the least, most and best that a partition can get of each resource, such as C(minimum_vram), in the driver's
      unit.
  returned: when O(gather) has V(gpus)
  type: list
  elements: dict
assignable_devices:
  description: The devices that Windows has given up, so that a virtual machine can have them, or has one.
  returned: when O(gather) has V(assignable_devices)
  type: list
  elements: dict
  sample:
    - name: 3D Video Controller
      location_path: PCIROOT(0)#PCI(0300)#PCI(0000)
      instance_path: PCIP\VEN_10DE&DEV_1EB8&SUBSYS_12A210DE&REV_A1\6&1C3C5D4&0&00000010
exchanges:
  description: How many exchanges with the host the task took.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
{}
"""
