# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: switch
short_description: Manage virtual switches of a Hyper-V host
version_added: 1.0.0
description:
  - Creates, changes and removes private, internal and external virtual switches.
  - Options that are left out are not managed.
  - A list of switches in O(switches) takes as many exchanges with the host as a single one.
  - Nothing is re-created. What only the creation of a switch can choose is refused when it differs.
options:
  name:
    description:
      - Name of the switch. It is taken literally, upper and lower case being equal. Wildcards mean nothing.
      - The host must not have several switches of this name.
    type: str
  switches:
    description:
      - Several switches. Each entry takes the options of this module, such as O(name) and O(type).
      - Adapters that one entry gives up can be used by another, in whichever order they stand.
    type: list
    elements: dict
  state:
    description:
      - V(present) creates the switch or changes it to what is declared.
      - V(absent) removes it. This is refused while virtual machines are connected to it.
    type: str
    choices: [present, absent]
    default: present
  type:
    description:
      - V(private) connects virtual machines with each other only.
      - V(internal) connects them with the host too.
      - V(external) connects them with a physical network over O(adapters).
      - A new switch needs a type, or O(adapters).
      - Changing the type keeps the connections of virtual machines. It is refused where the switch is an embedded team.
      - A change to V(private) takes the host's own adapter on the switch away, and a warning says so.
    type: str
    choices: [private, internal, external]
  adapters:
    description:
      - Physical network adapters behind an external switch, by name as in C(Get-NetAdapter), or by interface
        description.
      - They are compared with the switch by their ids, because names change hands when a switch is bound to an adapter.
      - Several adapters make an embedded team. Its members can only be chosen when the switch is created.
    type: list
    elements: str
  allow_management_os:
    description:
      - Whether the host itself uses the adapters of an external switch. A new external switch is shared if this is left
        out.
      - An internal switch always is shared, and a private one never.
      - Binding an adapter interrupts the host's own connections over it. Without sharing, the host loses its addresses
        there. A warning tells.
    type: bool
  notes:
    description:
      - Text that is kept with the switch. An empty text removes it.
    type: str
  embedded_teaming:
    description:
      - Whether the adapters form a team inside the switch (SET). Several O(adapters) always do.
      - Can only be chosen when the switch is created.
    type: bool
  minimum_bandwidth_mode:
    description:
      - How minimum bandwidths of virtual network adapters are given. V(default) leaves it to the host.
      - Can only be chosen when the switch is created.
    type: str
    choices: [default, weight, absolute, none]
  iov:
    description:
      - Whether the switch is prepared for single-root I/O virtualization (SR-IOV).
      - Can only be chosen when the switch is created.
    type: bool
extends_documentation_fragment:
  - datacenter.hyperv.attributes
seealso:
  - module: datacenter.hyperv.host_info
  - module: datacenter.hyperv.vm
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Connect the virtual machines with the network behind the adapter Ethernet 2
  datacenter.hyperv.switch:
    name: lan
    type: external
    adapters:
      - Ethernet 2
    allow_management_os: false
    notes: Uplink to rack switch 7

- name: Make all switches of the host in one go
  datacenter.hyperv.switch:
    switches:
      - name: lan
        type: external
        adapters: [Ethernet 2, Ethernet 3]
        minimum_bandwidth_mode: weight
      - name: backup
        type: internal
      - name: heartbeat
        type: private
      - name: old lab
        state: absent

- name: Let the host take part in a network that was private
  datacenter.hyperv.switch:
    name: heartbeat
    type: internal

- name: A team of two adapters, which the host stays away from
  datacenter.hyperv.switch:
    name: team
    type: external
    adapters: [Ethernet 2, Ethernet 3]
    embedded_teaming: true
    allow_management_os: false

- name: A switch for machines that reach the network adapter themselves (SR-IOV)
  datacenter.hyperv.switch:
    name: fast
    type: external
    adapters: [Ethernet 4]
    iov: true
    minimum_bandwidth_mode: none
"""

RETURN = r"""
switch:
  description: The switch after the task, or its forecast in check mode. Without O(switches).
  returned: success
  type: dict
  contains:
    name:
      description: Name as declared.
      type: str
      sample: lan
    exists:
      description: Whether there is such a switch. The other keys are there only if it does.
      type: bool
    id:
      description: Id of the switch.
      type: str
      sample: 3f0b2f5c-6f2e-4b44-9a0e-3a1c4f8f7d11
    type:
      description: V(private), V(internal) or V(external).
      type: str
    allow_management_os:
      description: Whether the host takes part.
      type: bool
    notes:
      description: The notes.
      type: str
    interface_descriptions:
      description: Descriptions of the physical adapters, sorted.
      type: list
      elements: str
    embedded_teaming:
      description: As declared, when it is declared. So are RV(switch.minimum_bandwidth_mode) and RV(switch.iov).
      type: bool
    minimum_bandwidth_mode:
      description: How minimum bandwidths are given.
      type: str
    iov:
      description: Whether the switch is prepared for SR-IOV.
      type: bool
switches:
  description: The switches by name, each like RV(switch). With O(switches).
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
  description:
    - How many exchanges with the host the task took. One if nothing differed, two otherwise, and two more for each time
      that another run changed the host between reading and applying, so that the task planned again.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
mutually_exclusive:
  - [name, switches]
required_one_of:
  - [name, switches]
like_module: [switches]
fleet_only: [switches]
"""
