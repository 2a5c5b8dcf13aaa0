# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: vm
short_description: Manage virtual machines of a Hyper-V host, one or a fleet
version_added: 1.0.0
description:
  - Creates, changes, starts, stops and deletes virtual machines with their disks, network adapters and start-up order.
  - Options that are left out are not managed. Disks are known by their slot and adapters by their name, never by their
    place in a list. Ones that are not declared stay, unless O(purge) says otherwise.
  - A fleet in O(vms) takes as many exchanges with the host as a single machine.
  - Nothing is turned off, stopped, deleted or shrunk unless the declaration allows exactly that. What stands in the way
    is refused before anything is changed, with the option that would allow it.
  - What an interrupted run left half made is recognised and finished by the next run.
options:
  name:
    description:
      - Name of the machine. It is taken literally, upper and lower case being equal. Wildcards mean nothing.
      - At most 100 characters, without line breaks. The host must not have several machines of this name.
    type: str
  vms:
    description:
      - Several machines. Each entry takes the options of this module, such as O(name) and O(memory).
      - In O(path) and in the paths of disks, C({name}) stands for the name of the machine.
    type: list
    elements: dict
  defaults:
    description:
      - What the entries of O(vms) have in common. Takes the same options, without O(name).
      - Mappings such as O(memory) merge option by option. O(disks) merge by slot and O(adapters) by name, an entry with
        a slot or name of its own being added. Everything else, O(boot_order) and O(purge) included, is replaced by the
        machine's own.
    type: dict
  state:
    description:
      - V(present) creates the machine or changes it. Its power state is left alone, and a new machine is off.
      - V(running), V(stopped), V(saved) and V(paused) are V(present) and also bring it into that power state.
      - V(stopped) shuts the guest down through its integration services, within O(stop_timeout).
      - V(absent) deletes it. Its disk files stay, unless O(delete_disks) is set. A saved state goes with it.
    type: str
    choices: [present, absent, running, stopped, saved, paused]
    default: present
  generation:
    description:
      - Generation of the machine. A new one that declares none gets 2.
      - It is fixed when a machine is made. A difference is refused.
    type: int
    choices: [1, 2]
  path:
    description:
      - Directory in which Hyper-V makes the folder of a new machine, with the machine's name. The host's own is used
        otherwise.
      - An existing machine that is elsewhere is refused, because moving it is a storage move.
    type: str
  notes:
    description:
      - Text that is kept with the machine. An empty text removes it.
    type: str
  processor:
    description:
      - Virtual processors.
    type: dict
    suboptions:
      count:
        description:
          - Number of virtual processors. Needs the machine off to change.
        type: int
      reserve:
        description:
          - Percentage of its processors' capacity that the machine always gets.
        type: int
      maximum:
        description:
          - Percentage of its processors' capacity that the machine gets at most.
        type: int
      weight:
        description:
          - Share against other machines when they compete, from 1 to 10000. Hyper-V's own is 100.
        type: int
      expose_virtualization_extensions:
        description:
          - Whether the machine can itself run virtual machines. Needs the machine off to change.
        type: bool
      compatibility_for_migration:
        description:
          - Whether features are hidden that differ between processors of a make, so that the machine can move between
            them.
          - Needs the machine off to change.
        type: bool
  memory:
    description:
      - Memory. Sizes are whole numbers with a unit such as V(2 GB), or bytes, and multiples of 2 MB. GB and GiB both
        count in 1024.
    type: dict
    suboptions:
      startup:
        description:
          - Memory at start-up, and all of it when memory is not dynamic.
          - Static memory can change while the machine runs. With dynamic memory the machine must be off.
        type: raw
      dynamic:
        description:
          - Whether memory is dynamic. Giving O(memory.minimum), O(memory.maximum) or O(memory.buffer) declares it as
            well.
          - Needs the machine off to change.
        type: bool
      minimum:
        description:
          - What dynamic memory shrinks to. Can be lowered while the machine runs.
        type: raw
      maximum:
        description:
          - What dynamic memory grows to. Can be raised while the machine runs.
        type: raw
      buffer:
        description:
          - Percentage of memory to keep free in the guest, with dynamic memory.
        type: int
      priority:
        description:
          - Share of memory against other machines when they compete, from 0 to 100. Hyper-V's own is 50.
        type: int
  disks:
    description:
      - Virtual disks by slot. The files are made where they are not there yet.
      - An existing file is attached if it is what is declared, and refused otherwise.
      - A disk under checkpoints is recognised by its chain of files.
    type: list
    elements: dict
    suboptions:
      slot:
        description:
          - Controller type, number and location, such as V(scsi:0:0) or V(ide:0:1). It is the key of the entry.
          - IDE is for generation 1 only, which starts from V(ide:0:0). Missing SCSI controllers, of which there can be
            4, are added.
          - Disks on SCSI come and go while the machine runs.
        type: str
      path:
        description:
          - Absolute path of the file. Its extension, C(.vhd) or C(.vhdx), is the format of the disk.
          - The directory is made if it is missing.
        type: str
      size:
        description:
          - What the guest sees. An existing disk grows to it, on SCSI as VHDX also while the machine runs. It never
            shrinks.
          - A new disk needs it, except with O(disks[].parent) or O(disks[].copy_of), whose size it takes otherwise.
        type: raw
      type:
        description:
          - V(dynamic) disks take space as they fill, V(fixed) ones at once, V(differencing) ones only what differs from
            the parent.
          - A new disk is differencing with O(disks[].parent), and dynamic otherwise. The type of an existing disk is
            not changed.
        type: str
        choices: [dynamic, fixed, differencing]
      parent:
        description:
          - Path of the template that a differencing disk builds on. It must be there, and no machine may have it as its
            own disk.
        type: str
      copy_of:
        description:
          - Path of the template that a new disk is a copy of. The copy gets a disk identifier of its own.
          - An interrupted copy is made anew. An existing disk is not compared with its template.
        type: str
  adapters:
    description:
      - Network adapters by name. With this option, a new machine does not keep the adapter that Hyper-V gives it.
      - Adapters of generation 2 come and go while the machine runs.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the adapter. It is the key of the entry.
        type: str
      switch:
        description:
          - Virtual switch to connect to. An empty text disconnects.
        type: str
      mac:
        description:
          - V(dynamic), or an address in any usual spelling. Needs the machine off to change.
        type: str
      legacy:
        description:
          - Whether it is an emulated adapter, for a generation 1 machine that starts over the network.
          - An existing adapter cannot change its kind.
        type: bool
      vlan:
        description:
          - VLAN of the adapter.
        type: dict
        suboptions:
          mode:
            description:
              - V(untagged), V(access) with O(adapters[].vlan.id), or V(trunk) with O(adapters[].vlan.allowed_ids).
              - Can be left out where the other options say it.
            type: str
            choices: [untagged, access, trunk]
          id:
            description:
              - VLAN of an access adapter.
            type: int
          native_id:
            description:
              - VLAN of untagged frames on a trunk. V(0) means none.
            type: int
          allowed_ids:
            description:
              - VLANs of a trunk, as ids such as V(10) and ranges such as V(100-120).
            type: list
            elements: str
  boot_order:
    description:
      - What the machine starts from, in this order. Everything else that is in the order keeps its place behind.
      - Generation 2 knows devices, written V(disk scsi:0:0), V(adapter lan), V(dvd scsi:0:1), and all of a kind as
        V(network) and V(dvd). V(file) stands for the entries that the guest's own boot manager makes. They stay in
        front, where it puts them, unless V(file) is declared.
      - Generation 1 knows classes of devices, V(cd), V(ide), V(network) and V(floppy). It cannot start from SCSI.
      - Needs the machine off to change.
    type: list
    elements: str
  secure_boot:
    description:
      - Whether the firmware starts only what is signed. Generation 2 only. Needs the machine off to change.
    type: bool
  secure_boot_template:
    description:
      - Whose signatures count. Linux needs V(MicrosoftUEFICertificateAuthority). Needs the machine off to change.
    type: str
    choices: [MicrosoftWindows, MicrosoftUEFICertificateAuthority, OpenSourceShieldedVM]
  automatic_start:
    description:
      - What happens when the host starts.
    type: dict
    suboptions:
      action:
        description:
          - Whether the machine starts too.
        type: str
        choices: [nothing, start_if_running, start]
      delay:
        description:
          - Seconds to wait before.
        type: int
  automatic_stop:
    description:
      - What happens when the host shuts down.
    type: dict
    suboptions:
      action:
        description:
          - How the machine stops. Needs the machine off to change.
        type: str
        choices: [turn_off, save, shut_down]
  restart:
    description:
      - What to do about changes that need the machine off while it runs or is paused.
      - V(never) refuses them, with a list of them.
      - V(if_needed) shuts the guest down within O(stop_timeout), makes all changes, and brings the machine back into
        the power state that it had, or that O(state) declares. With O(state=absent) it allows to shut the guest down.
      - A run that is cut off while the machine is off for this leaves it off. The next run starts it only if O(state)
        says so.
    type: str
    choices: [never, if_needed]
    default: never
  stop_timeout:
    description:
      - Seconds that a guest gets to shut down.
    type: int
    default: 300
  on_stop_timeout:
    description:
      - What to do with a guest that did not shut down in time, or cannot be asked. V(fail) ends the task and leaves it
        running.
      - V(turn_off) pulls its plug.
    type: str
    choices: [fail, turn_off]
    default: fail
  turn_off:
    description:
      - Whether the machine may be turned off without asking its guest, and a saved state may be thrown away. Where the
        task has to stop the machine, it does that at once.
    type: bool
    default: false
  purge:
    description:
      - Lists whose undeclared entries are removed. Files of detached disks stay.
      - V(disks) also detaches what else is in a declared slot.
    type: list
    elements: str
    choices: [disks, adapters]
  delete_disks:
    description:
      - Whether O(state=absent) deletes the files of the machine's disks. Files that other machines use or build on are
        refused, and templates below its disks stay.
      - With O(disks) declared, their files are deleted even if the machine itself is gone already.
    type: bool
    default: false
  delete_checkpoints:
    description:
      - Whether O(state=absent) may delete the machine's checkpoints. The task waits until their files are merged.
    type: bool
    default: false
attributes:
  check_mode:
    description: Forecasts the result from what the host has, and changes nothing.
    support: full
  diff_mode:
    description: Shows the steps as PowerShell with the reason for each, and the state before and after.
    support: full
  platform:
    description: Hosts that the module works on.
    support: full
    platforms: windows
seealso:
  - module: datacenter.hyperv.vm_info
  - module: datacenter.hyperv.vhd
  - module: datacenter.hyperv.switch
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: A machine with two disks and two adapters, running
  datacenter.hyperv.vm:
    name: web01
    path: D:\VMs
    notes: Front end of the shop
    processor:
      count: 4
    memory:
      startup: 2 GB
      minimum: 1 GB
      maximum: 8 GB
    disks:
      - slot: scsi:0:0
        path: D:\VMs\web01\system.vhdx
        parent: D:\Templates\server-2025.vhdx
      - slot: scsi:0:1
        path: E:\Disks\web01-data.vhdx
        size: 200 GB
    adapters:
      - name: lan
        switch: lan
        vlan:
          mode: access
          id: 20
      - name: storage
        switch: storage
        mac: 00:15:5D:20:00:01
    boot_order:
      - disk scsi:0:0
      - adapter lan
    automatic_start:
      action: start
      delay: 30
    automatic_stop:
      action: shut_down
    state: running

- name: A fleet, with what the machines have in common
  datacenter.hyperv.vm:
    defaults:
      path: D:\VMs
      memory:
        startup: 1 GB
      disks:
        - slot: scsi:0:0
          path: D:\VMs\{name}\system.vhdx
          copy_of: D:\Templates\linux.vhdx
          size: 40 GB
      adapters:
        - name: lan
          switch: lan
      secure_boot_template: MicrosoftUEFICertificateAuthority
      state: running
    vms:
      - name: node1
      - name: node2
      - name: node3
        memory:
          startup: 4 GB
        disks:
          - slot: scsi:0:1
            path: E:\Disks\node3-data.vhdx
            size: 100 GB
            type: fixed

- name: More processors, for which the machine may be restarted
  datacenter.hyperv.vm:
    name: web01
    processor:
      count: 8
      reserve: 10
      maximum: 90
      weight: 200
    restart: if_needed
    stop_timeout: 600
    on_stop_timeout: fail

- name: An old machine that starts from CD, then from its IDE disk
  datacenter.hyperv.vm:
    name: legacy01
    generation: 1
    disks:
      - slot: ide:0:0
        path: D:\Disks\legacy01.vhd
        size: 20 GB
        type: fixed
    adapters:
      - name: boot
        switch: lan
        legacy: true
      - name: trunk
        switch: lan
        vlan:
          mode: trunk
          native_id: 1
          allowed_ids: [10, 20, 100-120]
    boot_order: [cd, ide, network, floppy]

- name: A machine that runs virtual machines itself
  datacenter.hyperv.vm:
    name: nested01
    processor:
      expose_virtualization_extensions: true
      compatibility_for_migration: false
    memory:
      startup: 16 GB
      dynamic: false
      priority: 80
    secure_boot: true

- name: No other adapters and disks than these
  datacenter.hyperv.vm:
    name: web01
    disks:
      - slot: scsi:0:0
        path: D:\VMs\web01\system.vhdx
    adapters:
      - name: lan
        switch: ''
        mac: dynamic
    purge: [disks, adapters]

- name: Delete a machine with its checkpoints and disks, turning it off if it runs
  datacenter.hyperv.vm:
    name: web01
    state: absent
    turn_off: true
    delete_checkpoints: true
    delete_disks: true
"""

RETURN = r"""
vm:
  description:
    - The machine after the task, or its forecast in check mode. Without O(vms).
    - Besides the keys below it has the options that were declared, as they are now. Disks are a mapping by slot,
      adapters one by name.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the machine.
      type: str
      sample: web01
    id:
      description: Id of the machine. In the forecast of a new one, V((known after apply\)).
      type: str
      returned: when the machine is there
      sample: 9f1a0a60-0a49-4ea7-8f1e-0f7d9a3a6a42
    state:
      description: V(running), V(stopped), V(saved), V(paused) or V(absent), or what else Hyper-V calls its state.
      type: str
      sample: running
vms:
  description: The machines by name, each like RV(vm). With O(vms).
  returned: success
  type: dict
plan:
  description: The steps that the task took, or in check mode would take, each with its target and reasons.
  returned: always
  type: list
  elements: dict
before:
  description: What the task manages, as it was.
  returned: success
  type: dict
after:
  description: What the task manages, as it is now, or its forecast in check mode.
  returned: success
  type: dict
exchanges:
  description: How many exchanges with the host the task took. One if nothing differed, two otherwise.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
mutually_exclusive:
  - [name, vms]
  - [disks.parent, disks.copy_of]
required_one_of:
  - [name, vms]
bytes:
  - memory.startup
  - memory.minimum
  - memory.maximum
  - disks.size
like_module: [vms, defaults]
fleet_only: [vms, defaults]
"""
