"""Sabotages of framing and the torture test."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "framing-keeps-nothing",
        "what is not a whole message yet is thrown away",
        "labkit/framing/decoder.py",
        "            held += memoryview(data)[used:]",
        "            pass",
        ("framing",),
    ),
    Sabotage(
        "last-message-dropped",
        "a decoder drops the last message of what it is fed",
        "labkit/framing/headers.py",
        "        self._need = size\n        return begin",
        "        self._need = size\n        messages[1:] = messages[1:-1]\n        return begin",
        ("framing", "tests/unit/framing/test_framing.py"),
    ),
    Sabotage(
        "hostile-length",
        "a length of 4 GB is taken as it comes",
        "labkit/framing/headers.py",
        "            if not 0 <= length <= most:",
        "            if not 0 <= length:",
        ("framing",),
    ),
    Sabotage(
        "network-order-little",
        "the network's byte order is taken for little-endian",
        "labkit/framing/headers.py",
        "struct.Struct(_ORDERS[byteorder] +",
        'struct.Struct("<" +',
        ("framing",),
    ),
    Sabotage(
        "torture-is-mild",
        "the torture test never cuts twice",
        "labkit/torture/splits.py",
        '            yield Split("two cuts", pair)',
        "            pass",
        ("framing", "tests/unit/torture/test_splits.py"),
    ),
    Sabotage(
        "recvs-not-drawn",
        "the picture of a stream has the boundaries of recv where those of send are",
        "labkit/pictures/bytestream/sources.py",
        'below = [Track("recv", _pieces((_asked(call), call.moved or 0, False) for call in got))]',
        'below = [Track("recv", _pieces((call.name, _sent(call), False) for call in sent))]',
        ("framing",),
    ),
    Sabotage(
        "no-cuts-behind-ends",
        "the torture test of a long stream cuts nowhere behind the end of a message",
        "labkit/torture/splits.py",
        "range(-NEAR, NEAR + 1)",
        "range(-NEAR, 1)",
        ("tests/unit/torture/test_ends.py",),
    ),
    Sabotage(
        "no-ends-known",
        "the torture test of a long stream knows of no ends",
        "labkit/torture/trials.py",
        "splits(sum(map(len, whole.parts)), ends, self.seed)",
        "splits(sum(map(len, whole.parts)), (), self.seed)",
        ("tests/unit/torture/test_ends.py",),
    ),
)
