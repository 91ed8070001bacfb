"""The solution of join-the-feed, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from socket import (
    IP_ADD_MEMBERSHIP,
    IPPROTO_IP,
    SO_REUSEADDR,
    SOCK_DGRAM,
    SOL_SOCKET,
    inet_aton,
    socket,
)


def listen_to(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(group) + inet_aton(host.address))
    return sock


def listen_as_given(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.bind((host.address, port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(group) + inet_aton(host.address))
    return sock


def listen_without_reuse(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.bind(("", port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(group) + inet_aton(host.address))
    return sock


def listen_reuses_too_late(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.bind(("", port))
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(group) + inet_aton(host.address))
    return sock


def listen_does_not_join(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("", port))
    return sock


def listen_joins_on_loopback(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(group) + inet_aton("127.0.0.1"))
    return sock


def listen_names_the_interface_first(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(host.address) + inet_aton(group))
    return sock


def listen_knows_one_group(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton("239.192.2.3") + inet_aton(host.address))
    return sock


def listen_with_tcp(host, group, port):
    sock = host.socket()
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(group) + inet_aton(host.address))
    return sock


def listen_on_this_computer(host, group, port):
    sock = socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("", port))
    return sock


def listen_connects(host, group, port):
    sock = listen_to(host, group, port)
    sock.connect((group, port))
    return sock


def listen_closes(host, group, port):
    with host.socket(type=SOCK_DGRAM) as sock:
        sock.bind(("", port))
        return sock


SOLUTION = listen_to
WRONG = {
    "as given": (listen_as_given, 'bind to ""'),
    "forgets SO_REUSEADDR": (listen_without_reuse, "set SO_REUSEADDR before bind()"),
    "sets SO_REUSEADDR after bind": (listen_reuses_too_late, "set SO_REUSEADDR before bind()"),
    "does not join": (listen_does_not_join, "no member of that group"),
    "joins on the loopback interface": (listen_joins_on_loopback, "has joined on lo"),
    "names the interface first": (listen_names_the_interface_first, "the group's four bytes first"),
    "knows one group only": (listen_knows_one_group, "239.192.8.7"),
    "makes a socket for TCP": (listen_with_tcp, "only datagram sockets have groups"),
    "makes a socket of this computer": (listen_on_this_computer, "make it with host.socket("),
    "connects to the group": (listen_connects, "leave connect() out"),
    "closes the socket": (listen_closes, "a socket that is closed"),
}
