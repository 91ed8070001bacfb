"""Which doors are whose, and which network and host somebody means."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from labkit.network.doors.choosing import Unclear, maker_of, name_of, the_host
from labkit.network.doors.door import names

UNIX = """\
Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0005 01 100 @labkit/1000/4711-0badf00d
0000000000000000: 00000003 00000000 00000000 0005 03 101 @labkit/1000/4711-0badf00d
0000000000000000: 00000002 00000000 00010000 0005 01 102 @labkit/100/4712-0badf00d
0000000000000000: 00000002 00000000 00010000 0005 01 103 @labkit/1000/../../etc-x
0000000000000000: 00000002 00000000 00010000 0001 01 104 labkit/1000/4713-0badf00d
0000000000000000: 00000002 00000000 00010000 0001 01 105 /run/a path with spaces
0000000000000000: 00000003 00000000 00000000 0001 03 106
""".splitlines()


def test_a_users_doors_are_those_that_listen_under_abstract_names_of_theirs():
    assert names(UNIX, 1000) == ["labkit/1000/4711-0badf00d"]
    assert names(UNIX, 100) == ["labkit/100/4712-0badf00d"]
    assert names(UNIX, 0) == []


def door(pid, name, *hosts, **told):
    made = {"notebook": None, "cell": None, "program": "x.py", "process": 1} | told
    return SimpleNamespace(
        pid=pid, told={"name": name, "hosts": [(host, "10.0.0.1") for host in hosts], **made}
    )


CHAT = door(11, "chat", "client", "server")
OTHER = door(12, None, "client", "router")
CHAT_TOO = door(13, "chat", "client", notebook="chat.ipynb", cell=3)


@pytest.mark.parametrize(
    ("doors", "place", "found"),
    [
        ([CHAT], "client", (CHAT, 0, "client")),
        ([CHAT, OTHER], "server", (CHAT, 1, "server")),
        ([CHAT, OTHER], "client@chat", (CHAT, 0, "client")),
        ([CHAT, OTHER], "client@12", (OTHER, 0, "client")),
        ([CHAT, OTHER, CHAT_TOO], "client@13", (CHAT_TOO, 0, "client")),
    ],
)
def test_what_is_meant(doors, place, found):
    assert the_host(doors, place) == found


@pytest.mark.parametrize(
    ("doors", "place", "said"),
    [
        ([CHAT, OTHER], "client", "several networks have a host 'client'; say which: client@chat (x.py (process 1)); "),
        ([CHAT, OTHER], "printer", "no host is called 'printer'; there are chat: client, server; 12: client, router"),
        ([CHAT, OTHER], "printer@12", "no host is called 'printer'; there are 12: client, router"),
        ([CHAT, OTHER], "client@lan", "no network that runs is called 'lan'; there is chat, 12"),
        (
            [CHAT, CHAT_TOO],
            "client@chat",
            "several networks are called 'chat'; give the number of the one that you mean: 11 (x.py (process 1)); "
            "13 (chat.ipynb, cell [3])",
        ),
        ([CHAT, CHAT_TOO], "client", "say which: client@11 (x.py (process 1)); client@13 (chat.ipynb, cell [3])"),
    ],
)  # fmt: skip
def test_what_is_unclear_is_told_with_what_there_is(doors, place, said):
    with pytest.raises(Unclear) as error:
        the_host(doors, place)
    assert said in str(error.value)


def test_who_made_it():
    assert maker_of(door(1, None, notebook="", cell=7)) == "a notebook (process 1), cell [7]"
    assert name_of(OTHER) == "12"
