"""What a client may ask, and what is answered.

Nothing from outside is used before it is checked, and it is checked by what is allowed, not by what is forbidden:
`int()` would take " 1_000", "+7" and the digits of a dozen scripts.
"""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple

NUMBER = re.compile(r"-?[0-9]{1,18}")
MOST_NUMBERS, LONGEST_WAIT = 100, 1000


class Refused(Exception):
    """This is no request; the text tells the client why."""


class Request(NamedTuple):
    """verb: ECHO, SUM or WAIT; text: the words (ECHO); numbers: those of SUM, the milliseconds of WAIT."""

    verb: str
    text: str = ""
    numbers: tuple[int, ...] = ()


def understand(line: str) -> Request:
    """The request in a line, without its newline.  Raises Refused, and says what would be one."""
    line = line.removesuffix("\r")  # telnet's lines, and those of Windows, end in two characters
    if not line.isprintable():
        raise Refused("printable characters only")
    verb, _, rest = line.partition(" ")
    if verb == "ECHO" and rest:
        return Request(verb, text=rest)
    if verb == "SUM":
        words = rest.split(" ")
        if len(words) <= MOST_NUMBERS and all(map(NUMBER.fullmatch, words)):
            return Request(verb, numbers=tuple(map(int, words)))
        raise Refused(f"SUM takes 1 to {MOST_NUMBERS} whole numbers of at most 18 digits")
    if verb == "WAIT":
        if NUMBER.fullmatch(rest) and 0 <= int(rest) <= LONGEST_WAIT:
            return Request(verb, numbers=(int(rest),))
        raise Refused(f"WAIT takes milliseconds, 0 to {LONGEST_WAIT}")
    raise Refused("I know ECHO words, SUM 1 2 3 and WAIT 100")


async def answer(request: Request) -> str:
    """The answer to a request: a line."""
    if request.verb == "SUM":
        return str(sum(request.numbers))
    if request.verb == "WAIT":
        await asyncio.sleep(request.numbers[0] / 1000)
        return f"waited {request.numbers[0]} ms"
    return request.text
