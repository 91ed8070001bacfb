"""What a network may be called."""

from __future__ import annotations

import pytest

from labkit.network.telling import check_name


@pytest.mark.parametrize("name", [None, "chat", "a", "Chat-2_b.c"])
def test_names(name):
    check_name(name, private=False)


@pytest.mark.parametrize("name", ["", "4711", "a b", "a@b", 7, b"chat", "x" * 33])
def test_what_is_no_name_is_refused_with_what_is(name):
    with pytest.raises(ValueError, match='write name="chat"'):
        check_name(name, private=False)


def test_a_private_network_is_found_by_nobody_and_has_no_name():
    check_name(None, private=True)
    with pytest.raises(ValueError, match="leave one of the two out"):
        check_name("chat", private=True)
