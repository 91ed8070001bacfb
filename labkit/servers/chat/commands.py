"""What a client may say: a line whose first word is its type.  Pure."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

LONGEST_NAME = 20  # characters


class Refused(Exception):
    """The server does nothing of what a client asked for; the text tells the client why."""


class Command(NamedTuple):
    """verb: NAME, SAY, TELL, WHO or BYE; name: whose (NAME, TELL); text: what is said (SAY, TELL)."""

    verb: str
    name: str = ""
    text: str = ""


def understand(line: str) -> Command:
    """The command in a line, without its newline.  Raises Refused, and says what would be one."""
    line = line.removesuffix("\r")  # telnet's lines, and those of Windows, end in two characters
    if not line.isprintable():
        # An escape sequence would be obeyed by the terminals of all who hear it.
        raise Refused("printable characters only")
    verb, _, rest = line.partition(" ")
    verb, rest = verb.upper(), rest.strip()
    if verb == "NAME":
        return Command(verb, name=_name(rest))
    if verb == "SAY" and rest:
        return Command(verb, text=rest)
    if verb == "TELL":
        name, _, text = rest.partition(" ")
        if text.strip():
            return Command(verb, name, text.strip())
    if verb in ("WHO", "BYE") and not rest:
        return Command(verb)
    raise Refused("I know NAME ada, SAY words, TELL ada words, WHO and BYE")


def _name(name: str) -> str:
    name = unicodedata.normalize("NFC", name)  # ë as one character, however it was typed
    if not name or " " in name or len(name) > LONGEST_NAME:
        raise Refused(f"a name has 1 to {LONGEST_NAME} characters, and no space among them")
    return name


def key(name: str) -> str:
    """Names of the same key are the same name: Ada and ADA, Zoë and Zoe with a diaeresis of its own."""
    return unicodedata.normalize("NFKC", name).casefold()
