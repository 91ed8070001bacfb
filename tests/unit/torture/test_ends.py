"""Cuts near the ends of messages, before and behind them, and streams that end with a message."""

from __future__ import annotations

import pytest

from labkit.framing import LengthPrefixed
from labkit.torture import reading, splits, torture

LONG = 40_000
WHOLE = LONG + 4  # with its length in front


def test_of_a_long_stream_every_place_near_every_end_is_tried_the_nearest_first():
    found = [
        split.cuts for split in splits.splits(5_000, (1_700, 3_100, 5_000)) if split.kind == "near every end"
    ]
    every = {
        near: tuple(end + near for end in (0, 1_700, 3_100, 5_000) if 0 < end + near < 5_000)
        for near in range(-splits.NEAR, splits.NEAR + 1)
    }
    assert sorted(found) == sorted(every.values())
    assert found[0] == every[0] == (1_700, 3_100)
    assert set(found[1:3]) == {every[-1], every[1]}


def forgetful(before, held):
    """A decoder's class: it loses a byte when, behind so many whole messages, it has so many bytes of the next."""

    class Forgetful(LengthPrefixed):
        def __init__(self):
            super().__init__()
            self.came = 0

        def feed(self, data):
            self.came += len(data)
            if self.came == before * WHOLE + held:
                del data[-1:]
            return super().feed(data)

    def made():
        decoder = Forgetful()
        feed = decoder.feed
        decoder.feed = lambda data: feed(bytearray(data))
        return decoder

    return made


@pytest.mark.parametrize("held", [1, 2, 3, 4, 10, WHOLE - 1, WHOLE - 10])
@pytest.mark.parametrize("before", [1, 2])
def test_a_decoder_that_fails_at_a_cut_near_an_end_is_found_without_chance(before, held):
    result = torture(forgetful(before, held), [b"x" * LONG] * 3, encode=LengthPrefixed().encode)
    assert not result
    assert "near every end" in result.tried and "random" not in result.tried
    assert result.cuts == (before * WHOLE + held,)


def test_a_decoder_that_holds_back_the_first_message_until_the_second_comes_is_found():
    class HoldsTheFirst(LengthPrefixed):
        def feed(self, data):
            self.held_back = [*getattr(self, "held_back", []), *super().feed(data)]
            self.second = getattr(self, "second", False) or len(self.held_back) > 1
            given, self.held_back = (self.held_back, []) if self.second else ([], self.held_back)
            return given

    result = torture(HoldsTheFirst, [b"a", b"b"])
    assert not result and result.cuts == () and result.parts == (LengthPrefixed().encode(b"a"),)


def test_random_splits_are_of_few_pieces_and_of_many():
    counts = [len(split.cuts) for split in splits.splits(1_000, seed=0) if split.kind == "random"]
    assert min(counts) <= 4 and max(counts) > 250
    assert 20 < sum(count < 32 for count in counts) < 80


@pytest.mark.parametrize("left", [1, 2])
def test_bytes_that_a_reader_leaves_are_told(left):
    result = torture(reading(lambda sock: sock.recv(1)), [b"a"], stream=b"a" + b"\n" * left)
    assert not result and f"left {left} of the bytes unread" in result.problem
