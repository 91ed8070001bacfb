"""What one message to several members costs: every frame counted on every cable, as the lesson says."""

from __future__ import annotations

from collections import Counter

import pytest

from labkit.lessons.multicast.datagrams import from_elsewhere, gap, heard, to_both, which_came
from labkit.lessons.multicast.loads import measure, plot_loads
from labkit.lessons.multicast.members import be_quick, member, renew
from labkit.network.network import Network
from labkit.wire.faults import Drop
from lessons.multicast.answers.join_the_feed import SOLUTION as listen_to

FRAME = 1000 + 8 + 20 + 14  # UDP, IP and Ethernet headers


@pytest.mark.parametrize("snooping", [False, True])
def test_n_unicasts_take_2n_cables_a_flood_all_and_a_snooping_switch_n_and_1(snooping):
    loads = measure("abc", snooping)
    assert len(loads) == 3
    for n, (unicast, multicast) in enumerate(loads, 1):
        assert (unicast["sender"], multicast["sender"]) == (n * FRAME, FRAME)
        assert unicast.total() == 2 * n * FRAME
        assert multicast.total() == (n + 1 if snooping else 4) * FRAME
        assert len(multicast) == (n + 1 if snooping else 4)


def test_loads_are_drawn_over_members():
    import matplotlib.pyplot as plt

    one = Counter(sender=1000, ann=500)
    figure = plot_loads({"unicast": [one, one + one], "multicast": [one, one]})
    left, right = figure.axes
    assert [list(line.get_ydata()) for line in left.lines] == [[1.0, 2.0], [1.0, 1.0]]
    assert [list(line.get_ydata()) for line in right.lines] == [[1.5, 3.0], [1.5, 1.5]]
    assert [list(line.get_xdata()) for line in right.lines] == [[1, 2], [1, 2]]
    plt.close(figure)
    with pytest.raises(ValueError, match="nothing to draw"):
        plot_loads({})


def test_datagrams_are_heard_and_gaps_found():
    group, port = "239.192.2.3", 5009
    with Network("sender", "dan") as net:
        be_quick(net)
        feed = net.sender.socket(type=2)
        sock = member(net.dan, group, port)
        trace = to_both(net, feed, group, net.dan, port)
        assert {len(frame.arrivals) for frame in trace.frames if frame.source == "sender"} == {1}
        assert heard(sock) == [b"to the group", b"to dan"]
        assert heard(sock) == []
        with member(net.dan, group, port + 1, bound_to=group) as picky:
            to_both(net, feed, group, net.dan, port + 1)
            assert which_came(picky) == (True, False)
        sock = renew(net, net.dan, sock, group, port, listen_to)
        to_both(net, feed, group, net.dan, port)
        assert which_came(sock) == (True, True) and which_came(sock) == (False, False)
        with pytest.raises(RuntimeError, match="should have reached dan's cable; 0 did"):
            net.link.faults = [Drop(sender="sender", nth=1), Drop(sender="sender", nth=2)]
            to_both(net, feed, group, net.dan, port)
        net.link.faults = []
        assert from_elsewhere(net, net.dan, group, "192.0.2.9", 0) == (1, 1)
        assert from_elsewhere(net, net.dan, group, "192.0.2.9", 1) == (1, 0)
        feed.close()
        sock.close()
    assert gap([b"data 1 a", b"data 2 b", b"end 2"]) is None
    assert gap([b"data 1 a", b"data 3 c", b"end 3"]) == 3
