"""The solution of collect, and wrong answers, each with words that it must be told."""

from __future__ import annotations


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
            sock.sendto(b"nack %d" % missing, ("239.192.2.3", 5007))
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


SOLUTION = collect
WRONG = {
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
}
