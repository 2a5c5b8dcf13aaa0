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
  id:
    description:
      - Id of an existing machine, as M(datacenter.hyperv.vm_info) shows it. It says which machine is meant where
        several have one name, and a machine of another name is renamed to O(name).
      - It never makes a machine.
    type: str
  renamed_from:
    description:
      - Name that the machine had before. If no machine is called O(name) and one has this name, it is renamed.
      - Its folder keeps the old name. Two machines, one of each name, are refused.
    type: str
  vms:
    description:
      - Several machines. Each entry takes the options of this module, such as O(name) and O(memory).
      - An entry with O(count) stands for several machines.
      - In O(path) and in paths of disks and templates, C({name}) stands for the name of the machine.
      - One refusal refuses the whole plan. Nothing is changed on any machine then.
    type: list
    elements: dict
  count:
    description:
      - How many machines an entry of O(vms) stands for. Their names differ by C({number}) in O(name).
      - In O(name), in paths of disks and templates, and in O(adapters[].mac), C({number}) is the number of the
        machine, C({number:02}) with zeros in front, and C({number:02x}) or C({number:02X}) the same in hexadecimal.
      - Machines beyond the count are left alone, not deleted.
    type: int
  first_number:
    description:
      - Number of the first machine of O(count). It is 1 if this is left out.
    type: int
  parallel:
    description:
      - How many machines of O(vms) the host works on side by side, from 1 to 32.
      - The steps of one machine keep their order. Machines are deleted before others are made or changed.
    type: int
    default: 1
  defaults:
    description:
      - What the entries of O(vms) have in common. Takes the same options, without O(name).
      - Mappings such as O(memory) merge option by option. O(disks) and O(dvds) merge by slot, O(adapters) by name,
        devices of the host by their keys, an entry with a key of its own being added. Everything else, O(boot_order)
        and O(purge) included, is replaced by the machine's own.
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
      - An existing machine that is elsewhere is refused, because moving it is a storage move, which
        M(datacenter.hyperv.storage_move) makes.
    type: str
  version:
    description:
      - Configuration version, such as V('9.0'), or V(latest) for the one that the host gives new machines.
      - A machine that has a lower one is refused unless O(upgrade_version) is set. A version cannot be lowered.
    type: str
  upgrade_version:
    description:
      - Whether an existing machine is brought to O(version), which must be the host's newest. This cannot be undone,
        and hosts of older releases no longer run the machine. Needs the machine off.
    type: bool
    default: false
  notes:
    description:
      - Text that is kept with the machine. An empty text removes it. Tags, which are kept in the same place, stay.
      - Line breaks at its end do not count.
    type: str
  tags:
    description:
      - "Keys and values that are kept with the machine, as lines C([AnsibleTag] key: value) of its notes, which
        C(microsoft.hyperv.hv_vm_tag) reads and writes as well."
      - Tags that are not declared stay, unless O(purge) has V(tags). A tag without a value (V(null)) is removed; one
        with an empty text stays, and is empty.
    type: dict
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
      maximum_count_per_numa_node:
        description:
          - Most virtual processors in one virtual NUMA node. Needs the machine off to change.
        type: int
      maximum_count_per_numa_socket:
        description:
          - Most virtual NUMA nodes in one virtual socket. Needs the machine off to change.
        type: int
      threads_per_core:
        description:
          - Virtual processors that share a virtual core as threads. Needs the machine off to change.
          - V(0) takes over what the host has, from Windows Server 2019 on.
        type: int
      expose_virtualization_extensions:
        description:
          - Whether the machine can itself run virtual machines. Needs the machine off to change, and static memory.
          - For its own machines to reach the network, an adapter needs MAC address spoofing.
        type: bool
      compatibility_for_migration:
        description:
          - Whether features are hidden that differ between processors of a make, so that the machine can move between
            them.
          - Needs the machine off to change.
        type: bool
      compatibility_for_migration_mode:
        description:
          - Which features are left where O(processor.compatibility_for_migration) hides some. V(minimum_feature_set)
            are those of all processors of the make, V(common_cluster_feature_set) those that the cluster's nodes share.
          - Needs the machine off to change, and Windows Server 2025.
        type: str
        choices: [minimum_feature_set, common_cluster_feature_set]
      compatibility_for_older_operating_systems:
        description:
          - Whether processors show less of themselves, for guests such as Windows NT 4.0.
          - Needs the machine off to change.
        type: bool
      host_resource_protection:
        description:
          - Whether a guest with excessive activity gets less, so that the host and other machines do not suffer.
        type: bool
      performance_monitoring:
        description:
          - Which performance monitoring of Intel processors the guest sees, of V(pmu), V(lbr), V(pebs) and V(ipt).
            An empty list means none.
          - Needs the machine off to change, and Windows Server 2019.
        type: list
        elements: str
      legacy_apic_mode:
        description:
          - Whether interrupt controllers work in the old mode.
          - Needs the machine off to change, and Windows Server 2019.
        type: bool
      apic_mode:
        description:
          - Mode of the interrupt controllers. Needs the machine off to change, and Windows Server 2022.
        type: str
        choices: [default, legacy, x2apic]
      brand_string:
        description:
          - Name of the processor that the guest sees. An empty text means the host's own.
          - Needs the machine off to change, and Windows Server 2022.
        type: str
      frequency_cap:
        description:
          - Most megahertz at which the processors run. V(0) means no cap.
          - Needs the machine off to change, and Windows Server 2022.
        type: int
      l3_cache_ways:
        description:
          - Ways of the level 3 cache that the guest sees. V(0) means the host's own.
          - Needs the machine off to change, and Windows Server 2025.
        type: int
      allow_acount_mcount:
        description:
          - Whether the guest can read the registers that count the processor's real frequency (ACNT and MCNT).
          - Needs the machine off to change, and Windows Server 2019.
        type: bool
      resource_pool:
        description:
          - Resource pool of the processors. V(Primordial) is the one of everything. Needs the machine off to change.
        type: str
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
          - A new machine whose O(memory.startup) is declared gets static memory where nothing else is said.
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
      maximum_per_numa_node:
        description:
          - Most memory in one virtual NUMA node, a multiple of 1 MB. Needs the machine off to change.
        type: raw
      resource_pool:
        description:
          - Resource pool of the memory. V(Primordial) is the one of everything. Needs the machine off to change.
        type: str
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
          - A disk that the machine has in another slot is moved, which needs the machine off. Disks can change places.
          - Persistent memory (V(pmem:0:0) and up) is for generation 2 on Windows Server 2019 and later, with
            C(.vhdpmem) files.
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
          - It does not grow while other disks of the host build on it, whoever has them, because that breaks them.
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
      state:
        description:
          - V(absent) detaches whatever disk is in the slot. Its file stays, and a disk of the host stays offline there.
        type: str
        choices: [present, absent]
      physical_disk:
        description:
          - A disk of the host that the machine gets whole (pass-through), instead of O(disks[].path). One of the keys
            is needed.
          - The host gives up the disk before. It is taken offline there, as a step of the plan.
          - Refused are disks that the host starts from or runs on, disks of a failover cluster, disks of other
            machines, and keys that more than one disk has.
          - Machines with such a disk have no checkpoints and no replication.
        type: dict
        suboptions:
          serial:
            description:
              - Serial number, as C(Get-Disk) shows it.
            type: str
          unique_id:
            description:
              - Unique id, as C(Get-Disk) shows it. It tells disks apart that have one serial number or none.
            type: str
          number:
            description:
              - Number that the host has for the disk now. It can be another after the host was restarted.
            type: int
          with_volumes:
            description:
              - Whether the host may lose volumes that it has on the disk, by a drive letter or in a folder, when the
                disk is taken offline. Nothing on them is deleted.
              - A disk with files of machines is refused all the same.
            type: bool
      minimum_iops:
        description:
          - Operations of 8 KB a second that the disk should get at least. Hyper-V notes when it does not. V(0) is none.
          - Can change while the machine runs.
        type: int
      maximum_iops:
        description:
          - Operations of 8 KB a second that the disk gets at most. V(0) is no limit. Can change while the machine runs.
        type: int
      qos_policy_id:
        description:
          - Id of a storage QoS policy of the storage cluster. An empty text takes the policy away.
          - Can change while the machine runs.
        type: str
      shared:
        description:
          - Whether several machines of a guest cluster share the disk (persistent reservations). On SCSI, as VHDX or
            VHD Set, on a cluster shared volume or a share. All of them must declare it.
          - A shared disk can be attached while the machine runs. Changing this for an attached one needs the machine
            off.
        type: bool
      write_cache:
        description:
          - What the disk tells the guest about its write cache, V(enabled_and_fua) being a cache that honours forced
            writes (FUA).
          - Needs the machine off to change.
        type: str
        choices: [default, enabled, enabled_and_fua, disabled]
      resource_pool:
        description:
          - Resource pool of virtual disks that the disk counts for. Hyper-V's own is V(Primordial). Needs the machine
            off to change.
        type: str
  scsi_controllers:
    description:
      - Number of SCSI controllers, from 0 to 4. Missing ones are added at the end.
      - Surplus ones are removed from the end, and only without drives, as Hyper-V would remove the drives with them.
      - Needs the machine off to change. Left out, controllers are only added, as slots need them.
    type: int
  dvds:
    description:
      - DVD drives by slot. The drive that Hyper-V gives a new machine of generation 1 at V(ide:1:0) is one like others.
    type: list
    elements: dict
    suboptions:
      slot:
        description:
          - Controller type, number and location. It is the key of the entry.
          - Generation 1 has DVD drives on IDE, where they come and go while the machine is off. Generation 2 has them
            on SCSI, where they come and go while it runs.
        type: str
      path:
        description:
          - Image (C(.iso)) in the drive. An empty text takes it out. Left out, the medium is not managed.
          - Can change while the machine runs.
        type: str
      state:
        description:
          - V(absent) removes the drive.
        type: str
        choices: [present, absent]
  floppy:
    description:
      - Virtual floppy disk (C(.vfd)) in the drive of a machine of generation 1. An empty text takes it out.
      - Can change while the machine runs.
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
  fibre_channel_adapters:
    description:
      - Fibre Channel adapters by the virtual SAN that each is connected to. Come, change and go while the machine is
        off.
      - Hyper-V gives them all one name that cannot be changed, so a machine has one adapter on each declared SAN.
    type: list
    elements: dict
    suboptions:
      san:
        description:
          - Name of a virtual SAN of the host. It is the key of the entry.
        type: str
      wwn_set_a:
        description:
          - World wide names while the machine runs. Needs O(fibre_channel_adapters[].wwn_set_b) as well.
          - Left out, the host generates both sets for a new adapter, and those of an existing one are not managed.
        type: dict
        suboptions:
          node:
            description:
              - World wide node name, sixteen hexadecimal digits with or without separators.
            type: str
          port:
            description:
              - World wide port name. No other machine of the host may have it.
            type: str
      wwn_set_b:
        description:
          - World wide names that take turns with set A when the machine moves to another host.
        type: dict
        suboptions:
          node:
            description:
              - World wide node name.
            type: str
          port:
            description:
              - World wide port name.
            type: str
      state:
        description:
          - V(absent) removes the adapter.
        type: str
        choices: [present, absent]
  gpu_partitions:
    description:
      - Parts of GPUs that the host shares. Come, change and go while the machine is off.
      - Amounts are in the unit of the GPU's driver, as M(datacenter.hyperv.host_info) shows them.
      - With dynamic memory, O(memory.minimum) must equal O(memory.startup), or the machine would not start.
    type: list
    elements: dict
    suboptions:
      gpu:
        description:
          - V(any), or the device path of a GPU as M(datacenter.hyperv.host_info) lists them. It is the key of the
            entry.
          - A certain GPU can be chosen since Windows Server 2022.
        type: str
      vram:
        description:
          - Memory of the GPU.
        type: dict
        suboptions:
          minimum:
            description:
              - The least that the partition must get.
            type: int
          maximum:
            description:
              - The most that it can use.
            type: int
          optimal:
            description:
              - What it gets if there is enough.
            type: int
      encode:
        description:
          - Encoding of video.
        type: dict
        suboptions:
          minimum:
            description:
              - The least that the partition must get.
            type: int
          maximum:
            description:
              - The most that it can use.
            type: int
          optimal:
            description:
              - What it gets if there is enough.
            type: int
      decode:
        description:
          - Decoding of video.
        type: dict
        suboptions:
          minimum:
            description:
              - The least that the partition must get.
            type: int
          maximum:
            description:
              - The most that it can use.
            type: int
          optimal:
            description:
              - What it gets if there is enough.
            type: int
      compute:
        description:
          - Computation.
        type: dict
        suboptions:
          minimum:
            description:
              - The least that the partition must get.
            type: int
          maximum:
            description:
              - The most that it can use.
            type: int
          optimal:
            description:
              - What it gets if there is enough.
            type: int
      state:
        description:
          - V(absent) removes the partition.
        type: str
        choices: [present, absent]
  assignable_devices:
    description:
      - PCI Express devices of the host that the machine has for itself. Come and go while the machine is off.
      - Needs O(automatic_stop.action=turn_off), enough O(memory_mapped_io), and with dynamic memory
        O(memory.minimum) equal to O(memory.startup). Such a machine cannot be saved.
    type: list
    elements: dict
    suboptions:
      location_path:
        description:
          - Location path of the device, such as V(PCIROOT(0\)#PCI(0300\)#PCI(0000\)). It is the key of the entry.
        type: str
      manage_host:
        description:
          - Whether the device may be taken from the host for the machine, where it is disabled and dismounted, and with
            O(assignable_devices[].state=absent) be given back, mounted and enabled.
          - Without it, a device that the host still uses is refused, and a removed one stays dismounted.
        type: bool
      state:
        description:
          - V(absent) takes the device from the machine.
        type: str
        choices: [present, absent]
  boot_order:
    description:
      - What the machine starts from, in this order. Everything else that is in the order keeps its place behind.
      - Generation 2 knows devices, written V(disk scsi:0:0), V(adapter lan), V(dvd scsi:0:1), and all of a kind as
        V(network) and V(dvd). V(file) stands for the entries that the guest's own boot manager makes. They stay in
        front, where it puts them, unless V(file) is declared. The result leaves them out.
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
      - Whose signatures count, as V(MicrosoftWindows), V(MicrosoftUEFICertificateAuthority), V(OpenSourceShieldedVM),
        or the id of a template.
      - Linux needs V(MicrosoftUEFICertificateAuthority). Generation 2 only. Needs the machine off to change.
    type: str
  firmware:
    description:
      - Further settings of the UEFI firmware. Generation 2 only. They need the machine off to change.
    type: dict
    suboptions:
      network_boot_protocol:
        description:
          - Protocol that is tried first to start over the network.
        type: str
        choices: [ipv4, ipv6]
      console_mode:
        description:
          - Where the firmware shows its messages, on the screen with V(default), or on a COM port.
        type: str
        choices: [default, com1, com2, none]
      pause_after_boot_failure:
        description:
          - Whether the machine waits after it found nothing to start from.
        type: bool
  num_lock:
    description:
      - Whether Num Lock is on at start-up. Generation 1 only. Needs the machine off to change.
    type: bool
  security:
    description:
      - What protects the machine against its host and against theft. All of it needs the machine off to change.
    type: dict
    suboptions:
      key_protector:
        description:
          - V(true) gives a machine without a key protector a new local one, which only this host can open. One that is
            there stays, also that of a guarded fabric. It cannot be taken away again.
          - The other options that need it declare it as well.
        type: bool
      tpm:
        description:
          - Whether it has a virtual TPM. Generation 2 only. Needs a key protector, and declares it.
          - A guest that loses its TPM can no longer open what it sealed with it, such as keys of BitLocker.
        type: bool
      encrypt_state_and_migration_traffic:
        description:
          - Whether its saved state and its migration are encrypted. Needs a key protector, and declares it.
        type: bool
      virtualization_based_security_opt_out:
        description:
          - Whether the guest must do without virtualization-based security. Generation 2 only.
        type: bool
      shielded:
        description:
          - Whether the host's administrators are kept out of it, who then see no console. Generation 2 only.
          - Needs a TPM, encryption and a key protector, and declares them, and secure boot.
        type: bool
  integration_services:
    description:
      - Whether the host offers its services to the guest. They can change while the machine runs.
      - They are found by their ids, so that the host's language does not matter.
    type: dict
    suboptions:
      guest_service_interface:
        description:
          - Copying of files into the guest.
        type: bool
      heartbeat:
        description:
          - The guest's sign of life.
        type: bool
      key_value_pair_exchange:
        description:
          - Data exchange, over which the guest tells its name and its addresses.
        type: bool
      shutdown:
        description:
          - Shutting the guest down, which O(state=stopped) and O(restart=if_needed) need.
        type: bool
      time_synchronization:
        description:
          - The host's time for the guest.
        type: bool
      vss:
        description:
          - Volume shadow copies, which production checkpoints of Windows guests need.
        type: bool
  com1:
    description:
      - The first COM port. Needs the machine off to change.
    type: dict
    suboptions: &com_port
      path:
        description:
          - Named pipe that the port is connected to, C(\\.\pipe\name), or of another computer. An empty text
            disconnects it.
          - C({name}) stands for the name of the machine.
        type: str
      debugger_mode:
        description:
          - Whether the port is for a debugger of the guest's kernel.
        type: bool
  com2:
    description:
      - The second COM port. Needs the machine off to change.
    type: dict
    suboptions: *com_port
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
  automatic_critical_error:
    description:
      - What happens when the storage of the machine fails.
    type: dict
    suboptions:
      action:
        description:
          - V(pause) stops the machine where it is until the storage is back. V(none) does nothing.
        type: str
        choices: [none, pause]
      timeout:
        description:
          - Minutes after which a machine that waits is turned off. Hyper-V's own are 30.
        type: int
  checkpoint_type:
    description:
      - Which checkpoints the machine gets. V(production) ones are made in the guest, and are V(standard) ones where the
        guest cannot. V(production_only) ones then fail instead. V(disabled) allows none.
    type: str
    choices: [disabled, production, production_only, standard]
  automatic_checkpoints:
    description:
      - Whether the host makes a checkpoint at each start. Windows Server 2016 knows none.
    type: bool
  snapshot_file_location:
    description:
      - Directory for the configuration of checkpoints. It cannot change while the machine has any.
      - C({name}) stands for the name of the machine.
    type: str
  smart_paging_file_path:
    description:
      - Directory for the paging file that helps over a restart with dynamic memory. Needs the machine off to change.
      - C({name}) stands for the name of the machine.
    type: str
  metering:
    description:
      - Whether the host meters what the machine uses. Turning it off forgets what was metered.
      - M(datacenter.hyperv.vm_info) shows the amounts with O(datacenter.hyperv.vm_info#module:gather=usage).
    type: bool
  video:
    description:
      - The display that the console shows. Needs the machine off to change.
    type: dict
    suboptions:
      resolution_type:
        description:
          - What the resolution means to the guest. With V(maximum) it is the largest that the guest may choose, with
            V(single) the only one. V(default) leaves it to Hyper-V and came with Windows Server 2019.
        type: str
        choices: [maximum, single, default]
      horizontal_resolution:
        description:
          - Width in pixels.
        type: int
      vertical_resolution:
        description:
          - Height in pixels.
        type: int
  lock_on_disconnect:
    description:
      - Whether the guest is locked when somebody closes its console.
    type: bool
  memory_mapped_io:
    description:
      - Address space for devices that are handed to the machine. Sizes like O(memory), multiples of 1 MB.
      - They need the machine off to change.
    type: dict
    suboptions:
      low:
        description:
          - Space below 4 GB.
        type: raw
      high:
        description:
          - Space above 4 GB.
        type: raw
  guest_controlled_cache_types:
    description:
      - Whether the guest decides how devices' memory is cached, as handed-over devices may need.
      - Needs the machine off to change.
    type: bool
  enhanced_session_transport_type:
    description:
      - What enhanced sessions of the console go over. Linux guests with xrdp need V(hvsocket).
      - Needs the machine off to change, and Windows Server 2019.
    type: str
    choices: [vmbus, hvsocket]
  battery_passthrough:
    description:
      - Whether the guest sees the state of the host's battery.
      - Needs the machine off to change, and Windows Server 2019.
    type: bool
  restart:
    description:
      - What to do about changes that need the machine off while it runs, or is paused or saved.
      - V(never) refuses them, with a list of them.
      - V(if_needed) shuts the guest down within O(stop_timeout), makes all changes, and brings the machine back into
        the power state that it had, or that O(state) declares. A saved one is restored for that, and saved again.
        With O(state=absent) it allows to shut the guest down.
      - The host goes on with this when the connection is lost. Only if the host itself goes down meanwhile, or the host
        refuses a change, the machine is left off. The next run then starts it only if O(state) says so.
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
      - With O(state=stopped) and O(state=absent) it also ends a machine that is stuck between two states, such as
        C(Stopping) of a guest that never ends its shutdown.
    type: bool
    default: false
  purge:
    description:
      - Lists and mappings whose undeclared entries are removed. Files of detached disks stay.
      - V(disks) also detaches what else is in a declared slot.
    type: list
    elements: str
    choices: [disks, dvds, adapters, tags, fibre_channel_adapters, gpu_partitions, assignable_devices]
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
extends_documentation_fragment:
  - datacenter.hyperv.attributes
  - datacenter.hyperv.fleet
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
      buffer: 20
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

- name: Twenty machines web01 to web20, eight at a time, and one that is larger
  datacenter.hyperv.vm:
    parallel: 8
    on_failure: continue
    defaults:
      memory:
        startup: 2 GB
      disks:
        - slot: scsi:0:0
          path: D:\VMs\{name}\system.vhdx
          parent: D:\Templates\web.vhdx
      state: running
    vms:
      - name: web{number:02}
        count: 20
        first_number: 1
        adapters:
          - name: lan
            switch: lan
            mac: 00:15:5D:20:00:{number:02x}
      - name: cache01
        memory:
          startup: 16 GB

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

- name: Processors that fit one NUMA node, and what the guest may know of them
  datacenter.hyperv.vm:
    name: sql01
    processor:
      count: 16
      maximum_count_per_numa_node: 8
      maximum_count_per_numa_socket: 1
      threads_per_core: 2
      host_resource_protection: true
      performance_monitoring: [pmu, lbr, pebs]
      legacy_apic_mode: false
      allow_acount_mcount: true
      apic_mode: x2apic
      brand_string: ''
      frequency_cap: 0
      l3_cache_ways: 0
      compatibility_for_migration: true
      compatibility_for_migration_mode: common_cluster_feature_set
      compatibility_for_older_operating_systems: false
      resource_pool: Primordial
    memory:
      startup: 64 GB
      dynamic: false
      maximum_per_numa_node: 32 GB
      resource_pool: Primordial

- name: A protected machine, with a key protector of this host
  datacenter.hyperv.vm:
    name: safe01
    secure_boot: true
    security:
      tpm: true
      encrypt_state_and_migration_traffic: true
      virtualization_based_security_opt_out: false
    restart: if_needed

- name: Shielded against the administrators of the host
  datacenter.hyperv.vm:
    name: safe02
    secure_boot: true
    secure_boot_template: MicrosoftWindows
    security:
      key_protector: true
      shielded: true

- name: What happens in trouble, and where checkpoints and paging files go
  datacenter.hyperv.vm:
    name: web01
    automatic_critical_error:
      action: pause
      timeout: 60
    checkpoint_type: production_only
    automatic_checkpoints: false
    snapshot_file_location: E:\Checkpoints\{name}
    smart_paging_file_path: F:\Paging
    lock_on_disconnect: true
    metering: true
    video:
      resolution_type: single
      horizontal_resolution: 1920
      vertical_resolution: 1080

- name: A machine of an older configuration version, to move it to hosts of an older release
  datacenter.hyperv.vm:
    name: portable01
    version: '8.0'

- name: Raise the configuration version after all hosts have the new release, which cannot be undone
  datacenter.hyperv.vm:
    name: web01
    version: latest
    upgrade_version: true
    restart: if_needed

- name: Another name for a machine
  datacenter.hyperv.vm:
    name: shop01
    renamed_from: web01

- name: One of two machines of the same name gets a name of its own
  datacenter.hyperv.vm:
    name: shop02
    id: 9f1a0a60-0a49-4ea7-8f1e-0f7d9a3a6a42

- name: Notes and tags, and no other tags than these
  datacenter.hyperv.vm:
    name: web01
    notes: Front end of the shop
    tags:
      owner: web team
      stage: production
    purge: [tags]

- name: One tag goes, the others stay
  datacenter.hyperv.vm:
    name: web01
    tags:
      stage: null

- name: Services for the guest, and serial ports as named pipes
  datacenter.hyperv.vm:
    name: web01
    integration_services:
      guest_service_interface: true
      heartbeat: true
      key_value_pair_exchange: true
      shutdown: true
      time_synchronization: false
      vss: true
    com1:
      path: \\.\pipe\{name}
      debugger_mode: false
    com2:
      path: ''

- name: A debugger of the guest's kernel on the second serial port
  datacenter.hyperv.vm:
    name: driver-test01
    com2:
      path: \\.\pipe\{name}-debugger
      debugger_mode: true

- name: A Linux guest with its console on a COM port
  datacenter.hyperv.vm:
    name: linux01
    secure_boot_template: 272e7447-90a4-4563-a4b9-8e4ab00526ce
    firmware:
      network_boot_protocol: ipv6
      console_mode: com1
      pause_after_boot_failure: true
    enhanced_session_transport_type: hvsocket
    battery_passthrough: false

- name: Room for a graphics card that is handed to the machine
  datacenter.hyperv.vm:
    name: render01
    memory_mapped_io:
      low: 3 GB
      high: 33280 MB
    guest_controlled_cache_types: true
    automatic_stop:
      action: turn_off

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
    num_lock: true

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

- name: A disk of the SAN as it is, a fast and a limited disk, and an image to install from
  datacenter.hyperv.vm:
    name: db01
    scsi_controllers: 2
    disks:
      - slot: scsi:0:0
        path: D:\VMs\db01\system.vhdx
        size: 60 GB
      - slot: scsi:0:1
        physical_disk:
          serial: 6589CFC0000A
      - slot: scsi:1:0
        path: E:\Disks\db01-log.vhdx
        size: 20 GB
        minimum_iops: 500
        write_cache: disabled
      - slot: scsi:1:1
        path: E:\Disks\db01-backup.vhdx
        size: 500 GB
        maximum_iops: 1000
        resource_pool: backup
    dvds:
      - slot: scsi:0:2
        path: D:\Images\server-2025.iso
    boot_order: [disk scsi:0:0, dvd scsi:0:2]

- name: Take the image out, and the drive of another image away, while the machine runs
  datacenter.hyperv.vm:
    name: db01
    dvds:
      - slot: scsi:0:2
        path: ''
      - slot: scsi:0:3
        state: absent

- name: The disk that two machines of a guest cluster share
  datacenter.hyperv.vm:
    defaults:
      disks:
        - slot: scsi:0:1
          path: C:\ClusterStorage\Volume1\quorum.vhds
          size: 1 GB
          shared: true
          qos_policy_id: 6a1d6ad6-0e4b-4a0a-9a3e-0f1f9f3f2c11
    vms:
      - name: node1
      - name: node2

- name: Persistent memory for a log, and a pass-through disk by what never changes
  datacenter.hyperv.vm:
    name: sql01
    disks:
      - slot: pmem:0:0
        path: P:\sql01-log.vhdpmem
      - slot: scsi:0:4
        physical_disk:
          unique_id: 6589CFC000000A1B2C3D4E5F60718293
      - slot: scsi:0:5
        state: absent

- name: A disk of the host by its number, though the host itself has volumes on it
  datacenter.hyperv.vm:
    name: files01
    disks:
      - slot: scsi:0:1
        physical_disk:
          number: 4
          with_volumes: true

- name: A floppy disk and only one DVD drive for an old machine
  datacenter.hyperv.vm:
    name: legacy01
    floppy: D:\Images\drivers.vfd
    dvds:
      - slot: ide:1:0
        path: D:\Images\old.iso
    purge: [dvds]

- name: A machine on two fabrics, with a part of a GPU and a device of its own
  datacenter.hyperv.vm:
    name: compute01
    automatic_stop:
      action: turn_off
    guest_controlled_cache_types: true
    memory_mapped_io:
      low: 1 GB
      high: 32 GB
    fibre_channel_adapters:
      - san: fabric-a
      - san: fabric-b
        wwn_set_a:
          node: C003FF0000FFFF00
          port: C003FF0000000001
        wwn_set_b:
          node: C003FF0000FFFF00
          port: C003FF0000000002
    gpu_partitions:
      - gpu: any
        vram:
          minimum: 80000000
          optimal: 100000000
          maximum: 100000000
        encode:
          minimum: 80000000
          optimal: 100000000
          maximum: 100000000
        decode:
          minimum: 80000000
          optimal: 100000000
          maximum: 100000000
        compute:
          minimum: 80000000
          optimal: 100000000
          maximum: 100000000
    assignable_devices:
      - location_path: PCIROOT(0)#PCI(0300)#PCI(0000)
        manage_host: true

- name: The device goes back to the host, and everything else that is not declared goes away
  datacenter.hyperv.vm:
    name: compute01
    fibre_channel_adapters:
      - san: fabric-b
        state: absent
    gpu_partitions: []
    assignable_devices:
      - location_path: PCIROOT(0)#PCI(0300)#PCI(0000)
        manage_host: true
        state: absent
    purge: [gpu_partitions]

- name: No part of this GPU any more; parts of others stay
  datacenter.hyperv.vm:
    name: compute02
    gpu_partitions:
      - gpu: \\?\PCI#VEN_10DE&DEV_25B6&REV_A1#4&1b7f5a3&0&0010#{064092b3-625e-43bf-9eb5-dc845897dd59}\GPUPARAV
        state: absent

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
      adapters one by name, devices of the host ones by their keys.
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
  description:
    - The machines by name, each like RV(vm) with the keys below. With O(vms).
    - Also returned when some of them failed, with their state after that.
  returned: success, or when machines failed and O(on_failure=continue)
  type: dict
  contains:
    changed:
      description: Whether something of the machine was changed.
      type: bool
    failed:
      description: Whether the work on the machine ended early.
      type: bool
      returned: when it did
    msg:
      description: What was to be done, why that failed, and how far the machine is.
      type: str
      returned: when it failed
    error:
      description: The host's error with its id, category and HRESULT.
      type: dict
      returned: when it failed
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
  description:
    - How many exchanges with the host the task took. One if nothing differed, two otherwise, and one more for each time
      that it asked whether long work has ended. Where another run changed the host between reading and
      applying, the task planned again, which takes two.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
mutually_exclusive:
  - [name, vms]
  - [disks.parent, disks.copy_of]
  - [disks.path, disks.physical_disk]
required_one_of:
  - [name, vms]
bytes:
  - memory.startup
  - memory.minimum
  - memory.maximum
  - memory.maximum_per_numa_node
  - memory_mapped_io.low
  - memory_mapped_io.high
  - disks.size
like_module: [vms, defaults]
fleet_only: [vms, defaults, on_failure, parallel]
"""
