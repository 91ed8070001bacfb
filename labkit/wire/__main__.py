"""The helper's beginning and end: `main(channel, owner)` builds the network that the notebook asks for and is its wire.

It ends when the notebook closes its end of the channel, or is gone, however it went.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import os
import random
import signal
import socket

from labkit.wire import channel as messages
from labkit.wire import door, inherited, namespaces
from labkit.wire.askers import Asker
from labkit.wire.cable import Cable
from labkit.wire.judge import Judge
from labkit.wire.loop import Wire
from labkit.wire.mounts import hosts_table
from labkit.wire.ports import PacketPort, TapPort
from labkit.wire.record import Writer
from labkit.wire.requests import Requests
from labkit.wire.station import Station

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from labkit.wire.cable import Conditions
    from labkit.wire.inherited import Limits

    class Configuration(TypedDict):
        """What a network is to be."""

        hosts: list[tuple[str, str, str | None, bytes]]  # name, IPv4 address, IPv6 address or None, MAC
        port: str | None  # "tap", "packet", or None: what the machine allows
        conditions: Conditions  # of every link, at the beginning
        seed: int  # of all chance
        hub: bool
        snooping: bool
        arp: bool  # False: everybody knows everybody's MAC address
        mtu: int  # bytes
        sysctls: list[tuple[str, object]]  # of every host's network
        record_bytes: int
        told: dict[str, Any] | None  # to guests; None: there is no door

    Port = TapPort | PacketPort


_PR_SET_TIMERSLACK = 29
_RING_SLOTS = 16_384  # shared among the hosts; 2 KiB each


def main(channel_descriptor: int, owner: int) -> None:
    """Be the wire of the network that is asked for on a channel; `owner` is the notebook's process id."""
    limits = inherited.leave_behind()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, 1, 0, 0, 0)
    gc.disable()  # no cycles here, and no pauses
    channel = socket.socket(fileno=channel_descriptor)
    channel.set_inheritable(False)
    maker = Asker(channel, os.pidfd_open(owner))
    if os.getppid() != owner:  # gone before we could watch it
        return
    question, _, _ = messages.receive(channel)
    if question is None:  # gone before it asked
        return
    number, _, (configuration,) = question
    try:
        wire, requests, ready, descriptors = _build(maker, configuration, limits)
    except namespaces.NotPermitted as error:
        _answer(channel, (number, "error", ("NotPermitted", error.errno, error.step, None)))
        return
    except OSError as error:
        _answer(channel, messages.failure(number, error))
        return
    try:
        messages.send(channel, (number, "ok", ready), descriptors)
    except (BrokenPipeError, ConnectionResetError):  # the owner has gone meanwhile
        return
    for descriptor in descriptors:
        os.close(descriptor)
    try:
        wire.run()
    finally:
        requests.end()


def _answer(channel: socket.socket, message: tuple[Any, ...]) -> None:
    try:
        messages.send(channel, message)
    except BrokenPipeError:  # the owner has gone meanwhile
        pass


def _build(
    maker: Asker, configuration: Configuration, limits: Limits
) -> tuple[Wire, Requests, dict[str, Any], list[int]]:
    """The wire with all its hosts, who answers for it, what is told of it, and the descriptor of its record."""
    listener = door.opened() if configuration["told"] is not None else None
    namespaces.enter_own_namespaces()
    wire_network = namespaces.current_network()
    shared = os.memfd_create("labkit-record", os.MFD_CLOEXEC)
    os.ftruncate(shared, configuration["record_bytes"])
    memory = mmap.mmap(shared, configuration["record_bytes"])
    wire = Wire(Writer(memory), configuration["hub"], configuration["snooping"])
    hosts = configuration["hosts"]
    slots = max(512, _RING_SLOTS // len(hosts) // 32 * 32)
    wanted = configuration["port"]
    kind: type[Port] = PacketPort if wanted == "packet" else TapPort
    refused = []
    for index, (name, address, address6, mac) in enumerate(hosts):
        network = namespaces.new_network()
        port: Port
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
            neighbours = [(at, other[3]) for other in others for at in other[1:3] if at is not None]
            namespaces.add_neighbours("eth0", neighbours)
        port.opened()
        namespaces.enter(wire_network)
        chance = [random.Random(f"{configuration['seed']}/{name}/{what}") for what in ("loss", "jitter")]
        station = Station(index, name, mac, network, port, Cable(*chance), Judge(wire.fault_numbers))
        station.cable.set(configuration["conditions"])
        wire.add(station)
    requests = Requests(maker, wire, wire_network, memory, limits, hosts_table(hosts))
    ready = {"port": kind.kind, "refused": sorted(set(refused)), "door": listener is not None}
    if listener is not None:
        requests.open_door(listener, dict(configuration), ready, shared)
    return wire, requests, ready, [shared]


def _configure(
    kind: type[Port], configuration: Configuration, address: str, address6: str | None, mac: bytes
) -> list[tuple[str, str, str]]:
    """Set up a host in its network; returns the sysctls that were refused."""
    namespaces.configure_lo()
    refused = namespaces.set_sysctls(configuration["sysctls"])
    namespaces.configure_interface(
        "eth0", mac=mac, address=address, prefix=24, mtu=configuration["mtu"], **kind.interface()
    )
    namespaces.add_route("224.0.0.0", 4, "eth0")
    if address6:
        namespaces.add_address6("eth0", address6, 64)
    return refused
