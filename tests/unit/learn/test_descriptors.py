"""Whose a descriptor is: the same file under several numbers, and which end of a pipe."""

from __future__ import annotations

import os
import sys

import pytest

from labkit.learn.kit.descriptors import all_of, can_write, file_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc/self/fd")


def test_copies_of_a_descriptor_are_found():
    read_end, write_end = os.pipe()
    copy = os.dup(write_end)
    file = file_of(read_end)
    assert file_of(write_end) == file is not None
    assert sorted(all_of(file)) == sorted([read_end, write_end, copy])
    assert [can_write(number) for number in (read_end, write_end, copy)] == [False, True, True]
    for number in (read_end, write_end, copy):
        os.close(number)
    assert file_of(copy) is None
    assert all_of(None) == []
