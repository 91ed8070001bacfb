"""The helper's beginning and end: `main(channel, owner)` builds the network that the notebook asks for and is its wire.

It ends when the notebook closes its end of the channel, or is gone, however it went.
"""

import ctypes
import gc
import marshal
import mmap
import os
import random
import signal
import socket

from . import namespaces
from .cable import Cable
from .channel import MAX_MESSAGE
from .judge import Judge
from .loop import Wire
from .ports import PacketPort, TapPort
from .record import Writer
from .requests import Control
from .station import Station

_PR_SET_TIMERSLACK = 29
_RING_SLOTS = 16_384  # shared among the hosts; 2 KiB each


def main(channel_descriptor, owner):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, 1, 0, 0, 0)
    gc.disable()  # no cycles here, and no pauses
    channel = socket.socket(fileno=channel_descriptor)
    owner_descriptor = os.pidfd_open(owner)
    if os.getppid() != owner:  # gone before we could watch it
        return
    number, _, (configuration,) = marshal.loads(channel.recv(MAX_MESSAGE))
    try:
        wire, control, ready, descriptors = _build(channel, configuration)
    except namespaces.NotPermitted as error:
        _answer(channel, (number, "error", ("NotPermitted", error.errno, error.step, None)))
        return
    except OSError as error:
        _answer(
            channel, (number, "error", (type(error).__name__, error.errno or 0, str(error), error.filename))
        )
        return
    wire.handle(owner_descriptor, lambda: setattr(wire, "ended", True))
    control.send((number, "ok", ready), descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    try:
        wire.run()
    finally:
        control.end()


def _answer(channel, message):
    try:
        channel.send(marshal.dumps(message))
    except BrokenPipeError:  # the owner has gone meanwhile
        pass


def _build(channel, configuration):
    namespaces.enter_own_namespaces()
    wire_network = namespaces.current_network()
    shared = os.memfd_create("labkit-record", os.MFD_CLOEXEC)
    os.ftruncate(shared, configuration["record_bytes"])
    memory = mmap.mmap(shared, configuration["record_bytes"])
    wire = Wire(Writer(memory), configuration["hub"], configuration["snooping"])
    hosts = configuration["hosts"]
    slots = max(512, _RING_SLOTS // len(hosts) // 32 * 32)
    wanted = configuration["port"]
    kind = PacketPort if wanted == "packet" else TapPort
    refused = []
    for index, (name, address, address6, mac) in enumerate(hosts):
        network = namespaces.new_network()
        try:
            port = kind(network, wire_network, index, slots)
        except OSError:
            if index or wanted == "tap" or kind is PacketPort:
                raise
            kind = PacketPort  # /dev/net/tun is closed to us, or not there
            port = kind(network, wire_network, index, slots)
        namespaces.enter(network)
        refused += _configure(kind, configuration, address, address6, mac)
        if not configuration["arp"]:
            others = [other for other in hosts if other[0] != name]
            namespaces.add_neighbours("eth0", [(other[1], other[3]) for other in others])
            if address6:
                namespaces.add_neighbours("eth0", [(other[2], other[3]) for other in others])
        port.opened()
        namespaces.enter(wire_network)
        chance = [random.Random(f"{configuration['seed']}/{name}/{what}") for what in ("loss", "jitter")]
        station = Station(index, name, mac, network, port, Cable(*chance), Judge(wire.fault_numbers))
        station.cable.set(configuration["conditions"])
        wire.add(station)
    control = Control(channel, wire, wire_network, memory)
    return wire, control, {"port": kind.kind, "refused": sorted(set(refused))}, [shared]


def _configure(kind, configuration, address, address6, mac):
    namespaces.configure_lo()
    refused = namespaces.set_sysctls(configuration["sysctls"])
    namespaces.configure_interface(
        "eth0", mac=mac, address=address, prefix=24, mtu=configuration["mtu"], **kind.interface()
    )
    namespaces.add_route("224.0.0.0", 4, "eth0")
    if address6:
        namespaces.add_address6("eth0", address6, 64)
    return refused
