"""Solutions of lesson 14's exercises, and wrong ones with words that each must be answered with.  For tests
only."""

from __future__ import annotations

from socket import (
    INADDR_ANY,
    IP_ADD_MEMBERSHIP,
    IPPROTO_IP,
    SO_REUSEADDR,
    SO_REUSEPORT,
    SOCK_DGRAM,
    SOL_SOCKET,
    inet_aton,
    socket,
)
from struct import pack

from labkit.learn.exercises.lesson14 import REPAIR_SERVICE

# --- join-the-feed ------------------------------------------------------------------------------------------


def listen_to(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(group) + inet_aton(host.address))
    return sock


def listen_bound_to_the_group(host, group, port):
    sock = host.socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    sock.bind((group, port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton(group) + pack("!I", INADDR_ANY))
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
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton("239.1.2.3") + inet_aton(host.address))
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


# --- collect ------------------------------------------------------------------------------------------------


def collect(sock):
    texts, asked, total = {}, set(), None
    while len(texts) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"data":
            texts[int(number)] = text[0]
        else:
            total, asked = int(number), set()
        for missing in set(range(1, int(number) + 1)) - texts.keys() - asked:
            sock.sendto(b"nack %d" % missing, sender)
            asked.add(missing)
    return [texts[number] for number in sorted(texts)]


def collect_takes_what_comes(sock):
    texts = []
    while True:
        word, _, *text = sock.recv(2000).split(b" ", 2)
        if word == b"end":
            return texts
        texts.append(text[0])


def collect_asks_for_the_one_before(sock):
    texts, total, last = {}, None, 0
    while len(texts) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"data":
            if int(number) > last + 1:
                sock.sendto(b"nack %d" % (int(number) - 1), sender)
            last = max(last, int(number))
            texts[int(number)] = text[0]
        else:
            total = int(number)
    return [texts[number] for number in sorted(texts)]


def collect_asks_at_each_packet(sock):
    texts, total = {}, None
    while len(texts) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"data":
            texts[int(number)] = text[0]
        else:
            total = int(number)
        for missing in set(range(1, int(number) + 1)) - texts.keys():
            sock.sendto(b"nack %d" % missing, sender)
    return [texts[number] for number in sorted(texts)]


def collect_asks_only_once(sock):
    texts, asked, total = {}, set(), None
    while len(texts) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"data":
            texts[int(number)] = text[0]
        else:
            total = int(number)
        for missing in set(range(1, int(number) + 1)) - texts.keys() - asked:
            sock.sendto(b"nack %d" % missing, sender)
            asked.add(missing)
    return [texts[number] for number in sorted(texts)]


def collect_does_not_sort(sock):
    texts, asked, total = {}, set(), None
    while len(texts) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"data":
            texts[int(number)] = text[0]
        else:
            total, asked = int(number), set()
        for missing in set(range(1, int(number) + 1)) - texts.keys() - asked:
            sock.sendto(b"nack %d" % missing, sender)
            asked.add(missing)
    return list(texts.values())


def collect_sorts_as_text(sock):
    texts, asked, total = {}, set(), None
    while len(texts) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"data":
            texts[number] = text[0]
        else:
            total, asked = int(number), set()
        for missing in {b"%d" % number for number in range(1, int(number) + 1)} - texts.keys() - asked:
            sock.sendto(b"nack " + missing, sender)
            asked.add(missing)
    return [texts[number] for number in sorted(texts)]


def collect_cuts_at_blanks(sock):
    return [text.split()[0] for text in collect(sock)]


def collect_returns_a_dictionary(sock):
    return dict(enumerate(collect(sock), 1))


def collect_keeps_copies(sock):
    texts, asked, total = [], set(), None
    while len({number for number, _ in texts}) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"data":
            texts.append((int(number), text[0]))
        else:
            total, asked = int(number), set()
        for missing in set(range(1, int(number) + 1)) - {number for number, _ in texts} - asked:
            sock.sendto(b"nack %d" % missing, sender)
            asked.add(missing)
    return [text for _, text in sorted(texts)]


def collect_does_not_ask_at_the_end(sock):
    texts, asked, total = {}, set(), None
    while len(texts) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"end":
            total, asked = int(number), set()
            continue
        texts[int(number)] = text[0]
        for missing in set(range(1, int(number) + 1)) - texts.keys() - asked:
            sock.sendto(b"nack %d" % missing, sender)
            asked.add(missing)
    return [texts[number] for number in sorted(texts)]


def collect_asks_the_group(sock):
    texts, asked, total = {}, set(), None
    while len(texts) != total:
        packet = sock.recv(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"nack":
            continue
        if word == b"data":
            texts[int(number)] = text[0]
        else:
            total, asked = int(number), set()
        for missing in set(range(1, int(number) + 1)) - texts.keys() - asked:
            sock.sendto(b"nack %d" % missing, ("239.1.2.3", 5007))
            asked.add(missing)
    return [texts[number] for number in sorted(texts)]


def collect_acknowledges_all(sock):
    texts, total = {}, None
    while len(texts) != total:
        packet, sender = sock.recvfrom(2000)
        word, number, *text = packet.split(b" ", 2)
        if word == b"data":
            texts[int(number)] = text[0]
            sock.sendto(b"ack %d" % int(number), sender)
        else:
            total = int(number)
    return [texts[number] for number in sorted(texts)]


# --- repair-service -----------------------------------------------------------------------------------------

_DEF, _FOR, _DATA, _END, _WHILE, _NUMBER, _AGAIN = REPAIR_SERVICE.lines
_OFF_BY_ONE, _CONNECT = REPAIR_SERVICE.extra

SOLUTIONS = {"join-the-feed": listen_to, "collect": collect}

WRONG = {
    "join-the-feed": {
        "as given": (listen_as_given, 'bind to ""'),
        "forgets SO_REUSEADDR": (listen_without_reuse, "set SO_REUSEADDR before bind()"),
        "sets SO_REUSEADDR after bind": (listen_reuses_too_late, "set SO_REUSEADDR before bind()"),
        "does not join": (listen_does_not_join, "no member of that group"),
        "joins on the loopback interface": (listen_joins_on_loopback, "has joined on lo"),
        "names the interface first": (listen_names_the_interface_first, "the group's four bytes first"),
        "knows one group only": (listen_knows_one_group, "239.9.8.7"),
        "makes a socket for TCP": (listen_with_tcp, "only datagram sockets have groups"),
        "makes a socket of this computer": (listen_on_this_computer, "make it with host.socket("),
        "connects to the group": (listen_connects, "leave connect() out"),
        "closes the socket": (listen_closes, "a socket that is closed"),
    },
    "collect": {
        "takes what comes": (collect_takes_what_comes, "not that you have them all"),
        "asks for the one before only": (collect_asks_for_the_one_before, "number 2 never came"),
        "asks at each packet": (collect_asks_at_each_packet, "ask once"),
        "asks only once": (collect_asks_only_once, "then ask again"),
        "does not sort": (collect_does_not_sort, "not of their arrival"),
        "sorts as text": (collect_sorts_as_text, "10 comes after 9"),
        "cuts a text at blanks": (collect_cuts_at_blanks, "a text may hold blanks"),
        "returns a dictionary": (collect_returns_a_dictionary, "a list of bytes"),
        "keeps copies": (collect_keeps_copies, "counts once"),
        "does not ask at the end": (collect_does_not_ask_at_the_end, "says how many there are"),
        "asks the group": (collect_asks_the_group, "a request went to the group"),
        "acknowledges everything": (collect_acknowledges_all, "a request for number 3 is b'nack 3'"),
    },
    "repair-service": {
        "says the end first": (
            (_DEF, _END, _FOR, _DATA, _WHILE, _NUMBER, _AGAIN),
            "should get b'data 1 red' next, but got b'end 3'",
        ),
        "counts from 0": ((_DEF, _FOR, _DATA, _END, _WHILE, _NUMBER, _OFF_BY_ONE), "b'data 2 green'"),
        "connects to the group": (
            (_DEF, _CONNECT, _FOR, _DATA, _END, _WHILE, _NUMBER, _AGAIN),
            "waits for b'data 2 green', but nothing came",
        ),
        "never sends again": ((_DEF, _FOR, _DATA, _END, _WHILE, _NUMBER), "but nothing came"),
    },
}
