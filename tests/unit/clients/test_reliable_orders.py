"""Orders that wait for an answer, and what ends one."""

from __future__ import annotations

import asyncio

import pytest

from labkit.clients.reliable.orders import GaveUp, Order, Orders, Refused


def hear(*lines, text="tea", key="k"):
    """What becomes of one order when the server says these lines."""

    async def story():
        order, orders = Order(text, key), Orders()
        orders[order.key] = order
        for line in lines:
            orders.hear(line)
        return order.answer.result() if order.answer.done() else None

    return asyncio.run(story())


def test_the_answer_under_its_key_is_its_own():
    assert hear("BOOKED other 3", "BOOKED k 4") == 4
    assert hear("BOOKED other 3") is None
    with pytest.raises(Refused, match="no more tea"):
        hear("NO k no more tea")


def test_a_second_answer_changes_nothing():
    assert hear("BOOKED k 4", "BOOKED k 5", "NO k") == 4


@pytest.mark.parametrize("line", ["", "HELLO", "BOOKED k", "BOOKED k four", "BOOKED k -4", "BOOKED k ٤"])
def test_what_is_no_answer_ends_the_connection(line):
    with pytest.raises(ConnectionError, match="no answer"):
        hear(line)


def test_who_gives_up_knows_whether_it_was_said():
    async def story(said):
        order = Order("tea")
        order.said = said
        order.give_up("too late")
        order.give_up("once more")
        return await order.answer

    with pytest.raises(GaveUp, match="too late: it is not booked"):
        asyncio.run(story(False))
    with pytest.raises(GaveUp, match="nobody knows whether it is booked; key='") as error:
        asyncio.run(story(True))
    assert error.value.said and len(error.value.key) == 32


def test_who_asks_again_with_a_key_of_before_is_not_told_that_nothing_is_booked():
    async def story():
        order = Order("tea", key="of-before")
        order.give_up("too late")
        return await order.answer

    with pytest.raises(GaveUp, match="nobody knows whether it is booked; key='of-before'"):
        asyncio.run(story())


@pytest.mark.parametrize("text", ["", " ", "two\nlines", "bell\a", "x" * 1000, "ä" * 500])
def test_what_cannot_be_said_in_a_line_is_refused_before(text):
    with pytest.raises(ValueError, match="line"):
        hear(text=text)


def test_a_key_with_a_space_is_refused():
    with pytest.raises(ValueError, match="no space"):
        hear(key="two words")
