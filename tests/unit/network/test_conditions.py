"""Which loss goes with which burst, and that a cable never has two that do not."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace

import pytest

from labkit.network.conditions import initial
from labkit.network.link import Link, Links
from labkit.wire.cable import Loss

TOGETHER = [
    (0, 1),
    (0.9, 1),
    (1, 1),
    (0, 1000),
    (1, 2),
    (0.3, 1.5),
    (2 / 3, 2),
    (0.9, 9),
    (0.95, 19),
    (0.7, 0.7 / (1 - 0.7)),
]
"""(loss, burst)"""
NOT = {
    (0.9, 2): "at most 0.667 of all are lost; write burst=9 at least, or burst=1, which",
    (0.99, 10): "at most 0.909 of all are lost; write burst=99 at least, or burst=1, which",
    (0.7, 1.5): "at most 0.600 of all are lost; write burst=3 at least, or burst=1, which",
    (0.9999, 1000): "at most 0.999 of all are lost; write burst=1, which",  # 9,999 would be too many
}


@pytest.fixture
def links():
    """Those of two hosts, and of both, without a network."""
    core = SimpleNamespace(names=("client", "server"), cables=SimpleNamespace(set_conditions=lambda *_: None))
    each = [Link(core, (name, ""), ("host", name), initial()) for name in core.names]
    return SimpleNamespace(client=each[0], server=each[1], all=Links(core, None, each, "all hosts"))


@pytest.mark.parametrize(("loss", "burst"), TOGETHER)
def test_the_share_that_was_asked_for_is_lost(loss, burst):
    asked = initial(loss=loss, burst=burst)
    fate = Loss(asked["loss"], Random(1), asked["burst"])
    lost = sum(fate.push(number, number) == "lost" for number in range(100_000))
    assert lost / 100_000 == pytest.approx(loss, abs=0.01)


@pytest.mark.parametrize(("loss", "burst"), NOT)
def test_where_another_share_would_be_lost_it_says_what_to_write(loss, burst):
    with pytest.raises(ValueError) as raised:
        initial(loss=loss, burst=burst)
    assert f"loss={loss} and burst={burst} do not go together" in str(raised.value)
    assert NOT[loss, burst] in str(raised.value)


def test_of_a_link_too_be_it_in_one_step_or_in_two(links):
    link, says = (
        links.client,
        r"on the link of client: .* write burst=9 .*; link\.set\(loss=0\.9, burst=9\) sets both",
    )
    link.burst = 2
    with pytest.raises(ValueError, match=says):
        link.loss = 0.9
    assert (link.loss, link.burst) == (0, 2)
    with pytest.raises(ValueError, match=says):
        link.set(loss=0.9, delay_ms=5)
    assert (link.loss, link.delay_ms) == (0, 0)
    link.set(loss=0.9, burst=9)
    with pytest.raises(ValueError, match=says):
        link.burst = 2
    link.set(burst=2, loss=0.3)  # first the burst alone would not do
    assert (link.loss, link.burst) == (0.3, 2)


@pytest.mark.parametrize("first", ["loss", "burst"])
def test_from_and_to_a_cable_without_loss_either_may_be_first(links, first):
    both = {"loss": 0.9, "burst": 9}
    second = next(name for name in both if name != first)
    for values in (both, {"loss": 0, "burst": 1}):
        for name in (first, second):
            setattr(links.client, name, values[name])
        assert links.client.loss == values["loss"] and links.client.burst == values["burst"]


def test_of_all_links_none_is_changed_where_one_of_them_cannot_be(links):
    links.server.burst = 2
    with pytest.raises(ValueError, match="on the link of server"):
        links.all.loss = 0.9
    assert (links.client.loss, links.server.loss) == (0, 0)
    links.all.set(loss=0.9, burst=9)
    assert (links.all.loss, links.all.burst) == (0.9, 9)
