"""The socket table's panel without a browser and without hosts: rows, what changed in words, which flow a row is."""

from __future__ import annotations

import pytest
from wire_samples import Talk

from labkit.panels import socket_panel
from labkit.panels.sockets.data import LINES, flow_of, rows_of, said
from labkit.sockets.row import QUEUE, SOCKET, Holder, Row
from labkit.sockets.table import SocketTable

SERVER, CLIENT = ("10.0.0.2", 8080), ("10.0.0.1", 40000)
LISTENER = Row("tcp", "LISTEN", SERVER, None, 0, 0, Holder(SOCKET, "listen()"))
OPEN = Row("tcp", "ESTABLISHED", SERVER, CLIENT, 0, 0, Holder(SOCKET, "accept()"))
QUEUED = OPEN._replace(held_by=Holder(QUEUE))


def table(*rows) -> SocketTable:
    return SocketTable(rows, "server")


def test_a_row_has_a_name_of_its_own_from_look_to_look():
    (first,) = rows_of(table(OPEN))
    (later,) = rows_of(table(OPEN._replace(state="CLOSE-WAIT", recv_queue=1)))
    assert first["key"] == later["key"] == "tcp 10.0.0.2:8080 10.0.0.1:40000 0"
    shared = rows_of(table(LISTENER, LISTENER))
    assert len({row["key"] for row in shared}) == 2


@pytest.mark.parametrize(
    ("row", "state", "kind", "flow"),
    [
        (LISTENER, "LISTEN", "listening", False),
        (OPEN, "ESTABLISHED", "open", True),
        (OPEN._replace(state="SYN-RECEIVED"), "SYN-RECEIVED", "opening", True),
        (OPEN._replace(state="LAST-ACK"), "LAST-ACK", "closing", True),
        (OPEN._replace(state="TIME-WAIT", timer="TIME-WAIT"), "TIME-WAIT", "waiting", True),
        (LISTENER._replace(state="CLOSED"), "CLOSED", "bound", False),
        (Row("udp", "", SERVER, None, 0, 0), "UDP bound", "bound", False),
        (Row("udp", "connected", SERVER, CLIENT, 0, 0), "UDP connected", "open", False),
    ],
)
def test_a_state_has_a_word_and_a_shape(row, state, kind, flow):
    (shown,) = rows_of(table(row))
    assert (shown["state"], shown["kind"], shown["flow"]) == (state, kind, flow)
    assert shown["timer"] == ""  # of TIME-WAIT the state says it


def test_a_row_says_who_has_it_and_what_waits():
    (row,) = rows_of(table(QUEUED._replace(recv_queue=5, send_queue=7, timer="retransmission")))
    assert (row["recv"], row["send"], row["owner"], row["queued"]) == (5, 7, "waits for accept()", True)
    assert row["timer"] == "retransmission"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((), (LISTENER,), ["server: new 10.0.0.2:8080, LISTEN"]),
        (
            (LISTENER,),
            (LISTENER, QUEUED),
            ["server: new 10.0.0.2:8080 ↔ 10.0.0.1:40000, ESTABLISHED, not accepted"],
        ),
        ((QUEUED,), (OPEN,), ["server: :8080 ↔ :40000, accepted"]),
        (
            (OPEN,),
            (OPEN._replace(state="CLOSE-WAIT", recv_queue=1),),
            ["server: :8080 ↔ :40000, ESTABLISHED → CLOSE-WAIT, the end to read"],
        ),
        ((OPEN,), (), ["server: gone :8080 ↔ :40000 (was ESTABLISHED)"]),
        ((OPEN,), (OPEN,), []),
    ],
)
def test_changes_in_words(before, after, expected):
    assert said({"server": table(*before)}, {"server": table(*after)}) == expected


def test_many_changes_are_counted():
    rows = [OPEN._replace(remote=("10.0.0.1", 40000 + place)) for place in range(50)]
    lines = said({"server": table()}, {"server": table(*rows)})
    assert len(lines) == LINES
    assert lines[-1] == f"and {50 - LINES + 1} more changes"


def test_a_row_finds_the_latest_flow_between_its_ends():
    talk = Talk().open().c("F.", 1, 1).s("F.", 1, 2).c(".", 2, 2)
    again = Talk(isn_c=70_000, isn_s=90_000, frames=talk.frames).open()
    trace = again.trace()
    (row,) = rows_of(table(OPEN))
    assert flow_of(trace, row).number == 2
    (mirrored,) = rows_of(table(OPEN._replace(local=CLIENT, remote=SERVER)))
    assert flow_of(trace, mirrored).number == 2
    (other,) = rows_of(table(OPEN._replace(remote=("10.0.0.1", 40001))))
    assert flow_of(trace, other) is None


def test_what_is_no_network_is_refused():
    with pytest.raises(TypeError, match=r"got list.*write socket_panel\(net\)"):
        socket_panel([])
