"""Templates, and the catalogue that may hold other words for them."""

from __future__ import annotations

import pytest

from labkit import words


def test_values_are_put_in():
    assert words.say("{n} of {all!r} came", n=1, all="two") == "1 of 'two' came"


def test_a_catalogue_changes_the_words_and_their_order():
    before = words.use({"{sender} sends {data!r}": "{data!r}: von {sender}"})
    try:
        assert words.say("{sender} sends {data!r}", sender="client", data=b"x") == "b'x': von client"
        assert words.say("nothing of {this}", this="this") == "nothing of this"
    finally:
        words.use(before)
    assert words.say("{sender} sends {data!r}", sender="client", data=b"x") == "client sends b'x'"


def test_a_value_that_is_missing_is_an_error_and_not_a_gap():
    with pytest.raises(KeyError, match="data"):
        words.say("{sender} sends {data!r}", sender="client")
