"""Tables of several hosts in a moment when nothing is under way between them: read again when there was no such."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from labkit.sockets.at_rest import tables_at_rest


class Core:
    """A network on whose wire something happens when a host's table is read: `while_read`, one at a time."""

    def __init__(self, *while_read):
        self.while_read = list(while_read)
        self.record = SimpleNamespace(version=(64, 0), under_way=0)
        self.reads = 0

    def host(self, name):
        return SimpleNamespace(name=name, core=self, sockets=self.read)

    def read(self):
        self.reads += 1
        if self.while_read:
            self.while_read.pop(0)(self.record)
        return [SimpleNamespace(send_queue=0, state="ESTABLISHED", read=self.reads)]

    def catch_up(self):
        pass

    def watch(self):
        return SimpleNamespace(wait=lambda timeout: True, close=lambda: None)


def nothing(record):
    pass


def passes(record):
    """A frame leaves one host and comes to another at once."""
    record.version = (record.version[0], record.version[1] + 1)


def leaves(record):
    passes(record)
    record.under_way += 1


def comes(record):
    passes(record)
    record.under_way -= 1


@pytest.mark.parametrize(
    ("happens", "reads"),
    [
        ([], [1, 2]),
        ([passes], [3, 4]),  # one table is from before it, the other from after
        ([nothing, passes], [3, 4]),
        ([nothing, leaves, comes], [5, 6]),
        ([leaves, comes], [3, 4]),
    ],
)
def test_tables_between_which_a_frame_passed_are_read_again(happens, reads):
    core = Core(*happens)
    tables = tables_at_rest([core.host("a"), core.host("b")], seconds=20)
    assert [row.read for table in tables for row in table] == reads


def test_where_frames_pass_all_the_time_they_are_as_they_are_in_the_end():
    core = Core(*[passes] * 1000)
    (table,) = tables_at_rest([core.host("a")], seconds=0.001)
    assert table[0].read == core.reads
