"""The map of sockets as text and as a drawing, and what changed between two tables, in words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from call_samples import call as said

from labkit.drawing.labels import box_of
from labkit.drawing.shapes import Area, Group, Line, Words
from labkit.drawing.style import HOST_COLOURS
from labkit.lessons.sockets.figures import port_ranges
from labkit.pictures.socketmap.map import SocketMap, socket_map
from labkit.pictures.socketmap.stations import Station
from labkit.pictures.socketsteps import SocketSteps, Step, watch_sockets
from labkit.sockets.changes import Changed, changes
from labkit.sockets.row import QUEUE, SOCKET, Holder, Row
from labkit.sockets.rows import note_of

SERVER = ("10.0.0.3", 8080)
LISTENER = Row("tcp", "LISTEN", SERVER, None, 0, 0, Holder(SOCKET, "listen()"))


def pair(ip, port, accepted=True, state="ESTABLISHED", waiting=0):
    """A connection's row on the client and its row on the server."""
    near = Row("tcp", "ESTABLISHED", (ip, port), SERVER, 0, 0, Holder(SOCKET, "connect()"))
    holder = Holder(SOCKET, "accept()") if accepted else Holder(QUEUE)
    return near, Row("tcp", state, SERVER, (ip, port), waiting, 0, holder)


def stations():
    """One listener, four connections from two hosts, the last not accepted."""
    ann = [pair("10.0.0.1", port) for port in (40000, 40001)]
    bob = [pair("10.0.0.2", 40000), pair("10.0.0.2", 40001, accepted=False, waiting=5)]
    listener = LISTENER._replace(recv_queue=1)
    return (
        Station("ann", "10.0.0.1", 0, tuple(near for near, _ in ann)),
        Station("bob", "10.0.0.2", 1, tuple(near for near, _ in bob)),
        Station("server", "10.0.0.3", 2, (listener, *(far for _, far in ann + bob))),
    )


def flat(shapes):
    for shape in shapes:
        yield from flat(shape.shapes) if isinstance(shape, Group) else (shape,)


def drawn(map_, kind):
    return [shape for shape in flat(map_._picture.shapes) if isinstance(shape, kind)]


def test_the_text():
    assert (
        SocketMap(stations()).text
        == """\
ann 10.0.0.1
  10.0.0.1:40000  ESTABLISHED  ↔ 10.0.0.3:8080   server
  10.0.0.1:40001  ESTABLISHED  ↔ 10.0.0.3:8080   server
bob 10.0.0.2
  10.0.0.2:40000  ESTABLISHED  ↔ 10.0.0.3:8080   server
  10.0.0.2:40001  ESTABLISHED  ↔ 10.0.0.3:8080   server
server 10.0.0.3
  10.0.0.3:8080   LISTEN                                 1 waits for accept()
  10.0.0.3:8080   ESTABLISHED  ↔ 10.0.0.1:40000  ann
  10.0.0.3:8080   ESTABLISHED  ↔ 10.0.0.1:40001  ann
  10.0.0.3:8080   ESTABLISHED  ↔ 10.0.0.2:40000  bob
  10.0.0.3:8080   ESTABLISHED  ↔ 10.0.0.2:40001  bob     not accepted, 5 bytes to read"""
    )


def test_hosts_without_sockets_and_peers_that_are_not_here():
    near, _ = pair("10.0.0.1", 40000)
    map_ = SocketMap((Station("ann", "10.0.0.1", 0, (near,)), Station("server", "10.0.0.3", 1, ())), "Half")
    assert map_.text == (
        "Half\n\nann 10.0.0.1\n  10.0.0.1:40000  ESTABLISHED  → 10.0.0.3:8080\nserver 10.0.0.3: no sockets"
    )
    assert not [line for line in drawn(map_, Line) if line.x1 != line.x2 and line.y1 != line.y2]


def test_each_connection_is_a_line_between_its_two_boxes():
    map_ = SocketMap(stations())
    wires = [shape for shape in map_._picture.shapes if isinstance(shape, Group) and len(shape.shapes) == 1]
    assert [wire.tip for wire in wires] == [
        f"{ip}:{port} ↔ 10.0.0.3:8080" for ip in ("10.0.0.1", "10.0.0.2") for port in (40000, 40001)
    ]
    lines = [wire.shapes[0] for wire in wires]
    assert {line.host for line in lines[:2]} == {0} and {line.host for line in lines[2:]} == {1}
    right = [line.y2 for line in lines]
    assert right == sorted(right), "opposite their peers, so that no two lines cross"


def test_who_listens_stands_at_the_right_and_apart():
    map_ = SocketMap(stations())
    boxes = [area for area in drawn(map_, Area) if area.role == "paper"]
    listener, *rest = (area.points[0] for area in boxes[4:])
    assert all(x == listener[0] for x, _ in rest) and listener[0] > boxes[0].points[0][0]
    gaps = [after[1] - before[1] for before, after in zip([listener, *rest], rest, strict=False)]
    assert gaps[0] > gaps[1] == gaps[2]


def test_what_nobody_has_accepted_is_dashed():
    dashed = [line for line in drawn(SocketMap(stations()), Line) if line.role.endswith("lost")]
    assert len(dashed) == 4, "the four sides of one box"


def long_words():
    near, far = pair("10.100.100.201", 40001, accepted=False, waiting=123_456_789)
    return Station("server", "10.0.0.3", 0, (far,)), Station("ann", "10.100.100.201", 1, (near,))


@pytest.mark.parametrize("stations_", [stations(), long_words()], ids=["usual", "long"])
def test_no_two_labels_overlap_and_none_leaves_the_page(stations_):
    map_ = SocketMap(stations_, "A title")
    boxes = [box_of(words) for words in drawn(map_, Words)]
    assert not [
        (one, other)
        for number, one in enumerate(boxes)
        for other in boxes[:number]
        if one.overlaps(other, slack=1)
    ]
    said = " ".join(text for words in drawn(map_, Words) for text, _ in words.pieces)
    assert "…" not in said and "not accepted" in said
    assert all(box.x - box.wide >= 0 and box.x + box.wide <= map_._picture.width for box in boxes)


def test_a_host_that_talks_to_itself():
    one = Row("tcp", "ESTABLISHED", ("127.0.0.1", 80), ("127.0.0.1", 40000), 0, 0, Holder(SOCKET, "accept()"))
    other = one._replace(local=one.remote, remote=one.local)
    map_ = SocketMap((Station("a", "10.0.0.1", 0, (one, other)), Station("b", "10.0.0.2", 1, (one,))))
    assert map_.text.count("↔") == 2 and map_.text.count("→") == 1, "b's loopback is another one"
    bend = [shape for shape in map_._picture.shapes if isinstance(shape, Group) and len(shape.shapes) == 3]
    assert len(bend) == 1


def test_svg_and_html_are_well_formed_and_the_same_each_time():
    map_, again = SocketMap(stations()), SocketMap(stations())
    root = ET.fromstring(map_.svg)
    assert root.tag.endswith("svg") and map_ == again and hash(map_) == hash(again)
    bundle = map_._repr_mimebundle_()
    assert bundle == again._repr_mimebundle_() and bundle["text/plain"] == repr(map_) == map_.text
    assert bundle["text/html"].startswith('<div class="labkit-socketmap">')
    assert map_ != SocketMap(stations()[:2])


def test_saved(tmp_path):
    map_ = SocketMap(stations())
    assert map_.save(tmp_path / "m.txt").read_text() == map_.text + "\n"
    assert map_.save(tmp_path / "m.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match=r"a socketmap is saved as \.svg"):
        map_.save(tmp_path / "m.pdf")


def test_only_networks_are_drawn_and_watched():
    with pytest.raises(TypeError, match=r"write socket_map\(net\)"):
        socket_map("net")
    with pytest.raises(TypeError, match=r"write watch_sockets\(net\)"):
        watch_sockets(None)


# -- what changed, in words --------------------------------------------------------------------------------

NEAR, FAR = pair("10.0.0.1", 40000, accepted=False)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], [], []),
        ([], [LISTENER._replace(state="CLOSED")], ["+ 10.0.0.3:8080  CLOSED"]),
        ([LISTENER._replace(state="CLOSED")], [LISTENER], ["10.0.0.3:8080  CLOSED → LISTEN"]),
        (
            [LISTENER],
            [LISTENER._replace(recv_queue=1), FAR],
            [
                "+ 10.0.0.3:8080 ↔ 10.0.0.1:40000  ESTABLISHED, not accepted",
                "10.0.0.3:8080  1 waits for accept()",
            ],
        ),
        ([LISTENER._replace(recv_queue=2)], [LISTENER], ["10.0.0.3:8080  nobody waits for accept()"]),
        ([LISTENER], [LISTENER._replace(recv_queue=2)], ["10.0.0.3:8080  2 wait for accept()"]),
        ([FAR], [FAR._replace(held_by=Holder(SOCKET, "accept()"))], [":8080 ↔ :40000  accepted"]),
        ([NEAR], [NEAR._replace(recv_queue=5)], [":40000 ↔ :8080  5 bytes to read"]),
        ([NEAR._replace(recv_queue=5)], [NEAR], [":40000 ↔ :8080  nothing left to read"]),
        ([NEAR], [NEAR._replace(send_queue=1)], [":40000 ↔ :8080  1 byte under way"]),
        ([NEAR._replace(send_queue=1)], [NEAR], [":40000 ↔ :8080  all acknowledged"]),
        (
            [NEAR],
            [NEAR._replace(state="CLOSE-WAIT", recv_queue=1)],
            [":40000 ↔ :8080  ESTABLISHED → CLOSE-WAIT, the end to read"],
        ),
        ([NEAR], [], ["− :40000 ↔ :8080  (was ESTABLISHED)"]),
        (
            [FAR, pair("10.0.0.2", 40000)[1]],
            [FAR._replace(held_by=Holder(SOCKET, "accept()")), pair("10.0.0.2", 40000)[1]],
            ["10.0.0.3:8080 ↔ 10.0.0.1:40000  accepted"],
        ),
    ],
)
def test_changes(before, after, said):
    assert list(map(str, changes(before, after))) == said


def test_sockets_that_share_a_port_are_counted():
    shared = LISTENER._replace(recv_queue=0)
    (change,) = changes([shared], [shared, shared])
    assert str(change) == "+ 10.0.0.3:8080  LISTEN" and repr(change) == f"<Changed {change}>"


@pytest.mark.parametrize(
    ("state", "receive", "send", "note"),
    [
        ("ESTABLISHED", 5, 0, "5 bytes to read"),
        ("CLOSE-WAIT", 6, 0, "5 bytes and the end to read"),
        ("FIN-WAIT-1", 0, 1, "the end under way"),
        ("LAST-ACK", 0, 2, "1 byte and the end under way"),
        ("FIN-WAIT-2", 0, 0, ""),
        ("", 768, 0, "768 bytes to read"),
    ],
)
def test_a_fin_in_a_queue_is_not_a_byte(state, receive, send, note):
    assert note_of(NEAR._replace(state=state, recv_queue=receive, send_queue=send)) == note


# -- steps -------------------------------------------------------------------------------------------------


def steps():
    bound = LISTENER._replace(state="CLOSED")
    bind = Step(
        said("server", "bind", "10.0.0.3:8080", 1, 2), {"client": (), "server": (Changed(None, bound),)}
    )
    accepted = Changed(FAR, FAR._replace(held_by=Holder(SOCKET, "accept()")), brief=True)
    listen = Step(said("server", "listen", "", 3, 4), {"server": (Changed(bound, LISTENER), accepted)})
    return SocketSteps([bind, listen], ["client", "server"])


def test_the_text_of_steps():
    assert (
        str(steps())
        == """\
call                        client  server
server bind(10.0.0.3:8080)  -       + 10.0.0.3:8080  CLOSED
server listen()             -       10.0.0.3:8080  CLOSED → LISTEN
                                    :8080 ↔ :40000  accepted"""
    )


def test_the_html_of_steps_says_the_same():
    root = ET.fromstring(re.sub("<br>", "<br/>", steps()._repr_html_()))
    assert [cell.text for cell in root.findall("./thead/tr/th")] == [
        "Call",
        "In the table of client",
        "In the table of server",
    ]
    cells = [["".join(cell.itertext()) for cell in row] for row in root.findall("./tbody/tr")]
    assert cells[0] == ["server bind(10.0.0.3:8080)", "no change", "+ 10.0.0.3:8080 CLOSED"]
    assert cells[1] == [
        "server listen()",
        "no change",
        "10.0.0.3:8080 CLOSED → LISTEN:8080 ↔ :40000 accepted",
    ]


def test_which_step_was_first():
    assert steps().first("server").call.name == "bind"
    assert steps().first("server", "LISTEN").call.name == "listen"
    assert steps().first("server", "CLOSE-WAIT") is None and steps().first("client") is None
    assert len(steps()) == 2 and steps()[-1].call.name == "listen"


# -- ports -------------------------------------------------------------------------------------------------


def test_ports_and_ranges():
    import matplotlib.pyplot as plt

    figure = port_ranges([40000, 50000], 32768, 60999, host=1)
    (axes,) = figure.axes
    assert axes.get_xlabel() == "port number"
    assert {text.get_text() for text in axes.texts} >= {
        "dynamic 49152-65535",
        "this host's range 32768-60999",
    }
    (events,) = axes.collections
    assert sorted(events.get_positions()) == [40000, 50000]
    assert [round(part * 255) for part in events.get_colors()[0][:3]] == [
        int(HOST_COLOURS[1][place : place + 2], 16) for place in (1, 3, 5)
    ]
    plt.close(figure)
    with pytest.raises(ValueError, match="from 0 to 65535"):
        port_ranges([70000], 1, 2)
