"""The tables of middle boxes: what they say, and what they leave out."""

from __future__ import annotations

import pickle

import pytest

from labkit.network.boxes.tables import Connection, Connections, Translation, Translations, endpoint

TRANSLATIONS = Translations(
    [
        Translation("tcp", ("10.0.1.1", 5000), ("10.0.2.1", 61000), ("10.0.2.2", 80), "ESTABLISHED", 1.5),
        Translation("icmp", ("10.0.1.1", 9), ("10.0.2.1", 9), ("10.0.2.2", 0), "UNREPLIED", 0.1),
    ]
)
CONNECTIONS = Connections([Connection("tcp", ("fd00::1", 5000), ("fd00::2", 80), "SYN-SENT", 7.25)])


def test_the_text_leaves_out_what_is_another_at_every_look():
    assert (
        repr(TRANSLATIONS)
        == str(TRANSLATIONS)
        == "\n".join(
            [
                "protocol  inside         outside         remote       state",
                "tcp       10.0.1.1:5000  10.0.2.1:61000  10.0.2.2:80  ESTABLISHED",
                "icmp      10.0.1.1:9     10.0.2.1:9      10.0.2.2     UNREPLIED",
            ]
        )
    )
    assert repr(CONNECTIONS).splitlines()[1].split() == ["tcp", "[fd00::1]:5000", "[fd00::2]:80", "SYN-SENT"]


def test_the_page_says_the_same():
    page = TRANSLATIONS._repr_html_()
    assert page.count("<tr>") == 3 and "10.0.2.1:61000" in page and "1.5" not in page


@pytest.mark.parametrize(
    ("empty", "says"), [(Translations(), "no translations"), (Connections(), "no connections")]
)
def test_without_rows_it_says_so(empty, says):
    assert repr(empty) == says and says in empty._repr_html_()


def test_they_are_values():
    for table in (TRANSLATIONS, CONNECTIONS):
        again = pickle.loads(pickle.dumps(table))
        assert again == table and type(again) is type(table) and again[0].idle_s == table[0].idle_s


def test_an_end_is_written_as_learners_write_it():
    assert endpoint((bytes([10, 0, 1, 1]), 80)) == ("10.0.1.1", 80)
    assert endpoint((bytes(15) + b"\1", 0)) == ("::1", 0)
