"""The record that the wire writes and the notebook reads."""

import pytest

from labkit.wire.record import (
    CUT,
    DELIVERED,
    DROPPED,
    HEADER,
    IN_FLIGHT,
    KIND_COPY,
    KIND_FRAME,
    MANY,
    NO_FAULT,
    Reader,
    Writer,
    entry_size,
)


def pair(size=4096):
    memory = bytearray(size)
    return Writer(memory), Reader(memory)


def test_an_entry_is_read_as_it_was_written():
    writer, reader = pair()
    offset = writer.frame(b"abc", 60, 1_000, 0, 1, DELIVERED, 2_000)
    assert list(reader.entries()) == [
        (offset, 60, 1_000, 2_000, 0, 1, DELIVERED, KIND_FRAME, NO_FAULT, b"abc")
    ]
    assert reader.head == HEADER + entry_size(3)


def test_fate_and_arrival_are_filled_in_later():
    writer, reader = pair()
    first, second = (writer.frame(bytes(60), 60, 1, 0, 1) for _ in range(2))
    assert [row[6] for row in reader.entries()] == [IN_FLIGHT, IN_FLIGHT]
    writer.arrival(first, 9)
    writer.fate(first, DELIVERED)
    writer.fate(second, DROPPED, 7)
    assert [(row[3], row[6], row[8]) for row in reader.entries()] == [
        (9, DELIVERED, NO_FAULT),
        (0, DROPPED, 7),
    ]


def test_copies_name_their_frame():
    writer, reader = pair()
    offset = writer.frame(b"multicast", 9, 1, 0, MANY)
    writer.copy(offset, 5, 2, DELIVERED)
    writer.copy(offset, 0, 3, CUT)
    kinds = [(row[7], row[5], int.from_bytes(row[9], "little")) for row in reader.entries()][1:]
    assert kinds == [(KIND_COPY, 2, offset), (KIND_COPY, 3, offset)]


def test_what_finds_no_room_is_counted_and_the_rest_stays_readable():
    writer, reader = pair(HEADER + 2 * entry_size(60))
    offsets = [writer.frame(bytes(60), 60, 1, 0, 1) for _ in range(5)]
    writer.copy(offsets[0], 5, 1, DELIVERED)
    assert [bool(offset) for offset in offsets] == [True, True, False, False, False]
    assert reader.unrecorded == 4 and len(list(reader.entries())) == 2


@pytest.mark.parametrize("kept", [0, 1, 56, 57, 60, 63, 64])
def test_a_frame_that_just_fits_is_kept_and_one_with_a_word_less_room_is_not(kept):
    for room, fits in ((entry_size(kept), True), (entry_size(kept) - 8, False)):
        writer, reader = pair(HEADER + room)
        assert bool(writer.frame(bytes(kept), kept, 1, 0, 1)) == fits
        assert (reader.unrecorded, len(list(reader.entries()))) == (int(not fits), int(fits))
        assert reader.head == (HEADER + room if fits else HEADER)


def test_a_copy_that_just_fits_is_kept_and_one_with_a_word_less_room_is_not():
    for room, fits in ((48, True), (40, False)):
        writer, reader = pair(HEADER + entry_size(60) + room)
        offset = writer.frame(bytes(60), 60, 1, 0, MANY)
        assert bool(writer.copy(offset, 5, 1, DELIVERED)) == fits
        assert (reader.unrecorded, len(list(reader.entries()))) == (int(not fits), 1 + fits)


def test_an_entry_takes_the_bytes_that_it_is_said_to_take():
    for kept in range(70):
        writer, reader = pair()
        writer.frame(bytes(kept), kept, 1, 0, 1)
        assert reader.head == HEADER + entry_size(kept)
        assert entry_size(kept) % 8 == 0 and 0 <= entry_size(kept) - 40 - kept < 8


def test_what_found_no_room_in_the_record_before_is_not_counted_in_the_next():
    writer, reader = pair(HEADER + entry_size(60))
    for _ in range(3):
        writer.frame(bytes(60), 60, 1, 0, 1)
    assert reader.unrecorded == 2
    writer.reset()
    assert reader.unrecorded == 0
    assert writer.frame(bytes(60), 60, 1, 0, 1) and reader.unrecorded == 0


def test_reset_begins_anew_and_changes_the_generation():
    writer, reader = pair()
    before = writer.generation
    writer.frame(b"x", 1, 1, 0, 1)
    writer.reset()
    assert writer.generation != before and list(reader.entries()) == [] and reader.unrecorded == 0


def test_a_window_of_the_record():
    writer, reader = pair()
    writer.frame(b"before", 6, 1, 0, 1)
    start = reader.head
    writer.frame(b"inside", 6, 2, 0, 1)
    end = reader.head
    writer.frame(b"after", 5, 3, 0, 1)
    assert [row[9] for row in reader.entries(start, end)] == [b"inside"]
