"""What a client of the chat may say."""

from __future__ import annotations

import pytest

from labkit.servers.chat.commands import Command, Refused, key, understand


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("NAME ada", Command("NAME", name="ada")),
        ("name  ada ", Command("NAME", name="ada")),
        ("NAME Zoe\u0308", Command("NAME", name="Zoë")),
        ("NAME नीता", Command("NAME", name="नीता")),
        ("SAY good  morning", Command("SAY", text="good  morning")),
        ("SAY hi\r", Command("SAY", text="hi")),
        ("TELL bob psst, you", Command("TELL", "bob", "psst, you")),
        ("WHO", Command("WHO")),
        ("bye", Command("BYE")),
    ],
)
def test_a_command(line, command):
    assert understand(line) == command


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "I know NAME ada"),
        ("HELLO", "I know NAME ada"),
        ("SAY", "I know NAME ada"),
        ("SAY  ", "I know NAME ada"),
        ("TELL bob", "I know NAME ada"),
        ("WHO is here", "I know NAME ada"),
        ("NAME", "1 to 20 characters"),
        ("NAME ada lovelace", "no space"),
        ("NAME " + "a" * 21, "1 to 20 characters"),
        ("SAY \x1b[2J", "printable"),  # clears the screens of all who hear it
        ("SAY a\rSAID bob b", "printable"),
        ("NAME ada\u202e", "printable"),  # turns the text around
    ],
)
def test_no_command(line, said):
    with pytest.raises(Refused, match=said):
        understand(line)


def test_names_that_look_alike_are_the_same():
    assert key("Ada") == key("ADA") == key("ａｄａ")
    assert key("Zoë") == key("ZOE\u0308")
    assert key("ada") != key("adam")
