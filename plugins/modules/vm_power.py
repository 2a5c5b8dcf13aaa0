# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Carried out by the action of this collection; this file is the documentation, from which the action takes the options.

DOCUMENTATION = r"""
module: vm_power
short_description: Start, stop, save, pause and restart virtual machines of a Hyper-V host
version_added: 1.0.0
description:
  - Brings one machine, many, or groups in an order into a power state, and waits until their guests answer.
  - A machine is shut down through its guest. It is turned off only where O(turn_off) or O(on_stop_timeout) says so.
  - A guest that was asked to shut down goes on by itself. The task looks at it in short exchanges, so that neither a
    time limit of WinRM nor a lost connection ends the shutdown. It shows what it waits for.
  - A machine that is on its way from one state to another is waited for, for up to two minutes. A guest that is
    shutting down already is joined.
  - What stands in the way is refused for all machines before anything is changed, with the option that would allow it.
options:
  name:
    description:
      - Name of the machine. It is taken literally, upper and lower case being equal. Wildcards mean nothing.
    type: str
  vms:
    description:
      - Names of several machines, which are worked on together.
    type: list
    elements: str
  groups:
    description:
      - Groups of machines, which are worked on in this order. The next group begins when every machine of a group is in
        the declared state, and its guest answers where O(wait_for) says so.
      - If a machine of a group does not get there, the others of the group still do. Then the task fails, and the
        groups behind it are not touched.
      - To stop in the opposite order, write the groups in the opposite order.
    type: list
    elements: dict
    suboptions:
      vms:
        description:
          - Names of the machines of the group.
        type: list
        elements: str
        required: true
      wait_for:
        description:
          - As O(wait_for), for this group.
        type: str
        choices: [heartbeat, address, port]
      network:
        description:
          - As O(network), for this group.
        type: list
        elements: str
      port:
        description:
          - As O(port), for this group.
        type: int
      wait_timeout:
        description:
          - As O(wait_timeout), for this group.
        type: int
      delay:
        description:
          - Seconds to wait after this group, before the next one. Only if something of this group was changed.
        type: int
        default: 0
  state:
    description:
      - V(running) starts a machine, restores a saved one, and resumes a paused one.
      - V(stopped) shuts the guest down. A saved machine is refused, because its memory would be lost, unless
        O(turn_off) allows that.
      - V(saved) and V(paused) save and pause machines that are on. One that is off is not started for that.
      - V(resumed) lets paused and saved machines run again. One that is off stays off.
      - V(restarted) shuts the guest down and starts the machine again. It is never a hard reset. A machine that is off
        is started. It acts on every run, as it does in other modules.
      - V(reset) pulls the plug and starts the machine again, whatever its guest does. It acts on every run.
    type: str
    choices: [running, stopped, saved, paused, resumed, restarted, reset]
    required: true
  stop_timeout:
    description:
      - Seconds that each guest gets to shut down, counted from when it was asked first. A guest that is not ready to be
        asked, as while it starts, is asked again in that time.
    type: int
    default: 300
  on_stop_timeout:
    description:
      - What to do with a guest that did not shut down in time, or cannot be asked.
      - V(fail) leaves it as it is. The others go on, and the task fails in the end.
      - V(turn_off) pulls its plug.
      - V(save) saves the machine instead. A saved machine then counts as stopped. Only with O(state=stopped).
    type: str
    choices: [fail, turn_off, save]
    default: fail
  turn_off:
    description:
      - Whether machines may be turned off without asking their guests. O(state=stopped) and O(state=restarted) do it at
        once then, a saved state is thrown away, and a machine that is stuck in a state is freed.
    type: bool
    default: false
  wait_for:
    description:
      - What to wait for after a machine runs. Also if it ran before.
      - V(heartbeat) waits until the integration services of the guest answer.
      - V(address) waits until the guest reports an IP address in O(network).
      - V(port) waits until the controller reaches O(port) at that address.
    type: str
    choices: [heartbeat, address, port]
  network:
    description:
      - Networks, such as V(10.20.0.0/16), one of which the address must be in. IPv6 networks count too.
      - Without it, any IPv4 address will do. Link-local ones (169.254.0.0/16), 0.0.0.0 and loopback never do.
    type: list
    elements: str
  port:
    description:
      - TCP port for O(wait_for=port). Nothing is sent to it.
    type: int
  wait_timeout:
    description:
      - Seconds to wait for that. The task fails then, and the machine goes on.
    type: int
    default: 600
  parallel:
    description:
      - How many machines the host works on side by side, from 1 to 32. Guests shut down side by side in any case.
    type: int
    default: 1
attributes:
  check_mode:
    description: Forecasts the result from what the host has, changes nothing, and waits for nothing.
    support: full
  diff_mode:
    description: Shows the steps as PowerShell with the reason for each, and the state before and after.
    support: full
  platform:
    description: Hosts that the module works on.
    support: full
    platforms: windows
seealso:
  - module: datacenter.hyperv.vm
  - module: datacenter.hyperv.vm_info
author:
  - datacenter.hyperv contributors (@datacenter-hyperv)
"""

EXAMPLES = r"""
- name: Start a machine and wait until SSH answers at its address in the servers' network
  datacenter.hyperv.vm_power:
    name: web01
    state: running
    wait_for: port
    network: [10.20.0.0/16]
    port: 22
    wait_timeout: 300

- name: Shut machines down, and turn off what is not off after ten minutes
  datacenter.hyperv.vm_power:
    vms: [web01, web02, web03]
    state: stopped
    stop_timeout: 600
    on_stop_timeout: turn_off

- name: Start an application in order
  datacenter.hyperv.vm_power:
    state: running
    groups:
      - vms: [dc01]
        wait_for: heartbeat
        delay: 30
      - vms: [db01, db02]
        wait_for: port
        port: 1433
        network: [10.20.0.0/16]
        wait_timeout: 900
      - vms: [web01, web02, web03]
        wait_for: address

- name: Restart gracefully, four machines at a time
  datacenter.hyperv.vm_power:
    vms: [app01, app02, app03, app04, app05]
    state: restarted
    parallel: 4

- name: Free a machine that is stuck
  datacenter.hyperv.vm_power:
    name: app01
    state: stopped
    turn_off: true
"""

RETURN = r"""
vm:
  description: The machine after the task, or its forecast in check mode. With O(name).
  returned: success, or when machines failed
  type: dict
  contains:
    name:
      description: Name of the machine.
      type: str
      sample: web01
    id:
      description: Id of the machine.
      type: str
      sample: 9f1a0a60-0a49-4ea7-8f1e-0f7d9a3a6a42
    state:
      description: V(running), V(stopped), V(saved) or V(paused), or what else Hyper-V calls its state.
      type: str
      sample: running
    changed:
      description: Whether something was done with the machine.
      type: bool
    address:
      description: The address that was waited for.
      type: str
      returned: when an address or a port was waited for
      sample: 10.20.3.17
    failed:
      description: Whether the machine did not get there.
      type: bool
      returned: when it did not
    msg:
      description: Why.
      type: str
      returned: when it failed
    error:
      description: The error behind that.
      type: dict
      returned: when it failed and there is one
vms:
  description: The machines by name, each like RV(vm). With O(vms) or O(groups).
  returned: success, or when machines failed
  type: dict
plan:
  description:
    - The steps that the task took, or in check mode would take, each with its target and reasons.
    - What O(on_stop_timeout) adds is not among them.
  returned: always
  type: list
  elements: dict
before:
  description: The power states as they were.
  returned: success
  type: dict
after:
  description: The power states as they are now, or their forecast in check mode.
  returned: success
  type: dict
exchanges:
  description: How many exchanges with the host the task took. One if there was nothing to do and nothing to wait for.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_RULES = r"""
mutually_exclusive:
  - [name, vms, groups]
required_one_of:
  - [name, vms, groups]
"""
