"""Stage 2: what a command does, and what its answer is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.words import say


class Step(NamedTuple):
    """One command: what should come of it, or how the ValueError begins that should be raised; else say why."""

    command: list[bytes]
    value: Any = None
    error: str = ""
    because: str = ""


TALK = (
    Step([b"PING"], "PONG", because="a str is sent as a status, +PONG"),
    Step(
        [b"ping", b"hello"],
        b"hello",
        because="names are written in capitals or not; and PING gives back a word",
    ),
    Step([b"ECHO", b"\xff\r\n"], b"\xff\r\n", because="words are bytes, and need not be text"),
    Step([b"GET", b"name"], None, because="what is not there is None"),
    Step([b"SET", b"name", b""], "OK", because="the answer to a SET is the status OK"),
    Step([b"GET", b"name"], b"", because="an empty value is a value"),
    Step([b"SET", b"name", b"Ada"], "OK", because="a new value takes the place of the old one"),
    Step([b"GET", b"name"], b"Ada", because="it was set"),
    Step([b"INCRBY", b"visits", b"5"], 5, because="what is not there counts as 0"),
    Step([b"INCRBY", b"visits", b"-2"], 3, because="numbers may be negative"),
    Step([b"GET", b"visits"], b"3", because="all values are bytes, numbers too"),
    Step(
        [b"INCRBY", b"name", b"1"],
        error="ERR value is not an integer",
        because="Ada is no number: raise ValueError, and its words are the answer",
    ),
    Step(
        [b"INCRBY", b"visits", b"1_0"],
        error="ERR value is not an integer",
        because="int() takes more than numbers",
    ),
    Step([b"GET", b"visits"], b"3", because="what is refused changes nothing"),
    Step([b"DEL", b"name", b"visits", b"nobody"], 2, because="the answer is how many there were"),
    Step([b"GET", b"name"], None, because="it was deleted"),
    Step(
        [b"CLIENT", b"SETINFO", b"LIB-NAME", b"redis-py"],
        "OK",
        because="what a client says of itself is welcome",
    ),
    Step([b"NOPE", b"1"], error="ERR unknown command", because="clients try what you do not have: tell them"),
    Step([b"GET"], error="ERR", because="GET without a name is an error, too"),
    Step([b"SET", b"a", b"b", b"EX", b"10"], error="ERR", because="who takes no expiry must not pretend to"),
)


def _execute(tale: Tale, execute: Callable[..., Any]) -> None:
    store: dict[bytes, bytes] = {}
    client = {"protocol": 2}
    for step in TALK:
        _hold(tale, execute, store, client, step)
    if strange := [each for pair in store.items() for each in pair if not isinstance(each, bytes)]:
        tale.fail("the store should hold bytes, and holds {strange!r}", strange=strange[0])
    _hello(tale, execute, store, client)


def _hold(tale: Tale, execute: Callable[..., Any], store: Any, client: Any, step: Step) -> None:
    shown = f"execute(store, client, {step.command!r})"
    running = tale.start(execute, store, client, list(step.command), shown=shown)
    error = running.error(because=say(step.because))
    if not step.error:
        tale.expect(shown, running.finish(because=say(step.because)), step.value, step.because)
        return
    if error is None:
        tale.fail(
            "{shown} should raise ValueError({wanted!r}), but returned {value!r}:\n{because}",
            shown=shown,
            wanted=f"{step.error} …",
            value=running.finish(),
            because=say(step.because),
        )
    if not isinstance(error, ValueError) or not str(error).startswith((step.error, "NOPROTO")):
        tale.fail(
            "{shown} should raise ValueError({wanted!r}), but raised {error!r}{at}:\n{because}",
            shown=shown,
            wanted=f"{step.error} …",
            error=error,
            at=running.at,
            because=say(step.because),
        )
    tale.did("{shown} raised ValueError({wanted!r}), as it should", shown=shown, wanted=f"{step.error} …")


def _hello(tale: Tale, execute: Callable[..., Any], store: Any, client: dict[str, int]) -> None:
    for version, protocol in ((b"3", 3), (b"2", 2)):
        shown = f"execute(store, client, {[b'HELLO', version]!r})"
        value = tale.call(execute, store, client, [b"HELLO", version], shown=shown)
        if not isinstance(value, dict) or value.get(b"proto") != protocol or b"server" not in value:
            tale.fail(
                "{shown} should return a dict with b'server' (a name) and b'proto' ({protocol}), but"
                " returned {value!r}",
                shown=shown,
                protocol=protocol,
                value=value,
            )
        if client != {"protocol": protocol}:
            tale.fail(
                "after {shown} client should be {wanted!r}, but is {client!r}:\n"
                "from HELLO on this client is answered in the words of that protocol",
                shown=shown,
                wanted={"protocol": protocol},
                client=client,
            )
        tale.did("{shown}: a dict, and client is {client!r}", shown=shown, client=dict(client))
    _hold(
        tale,
        execute,
        store,
        client,
        Step(
            [b"HELLO", b"4"], error="ERR", because="there are 2 and 3, and a client may try what comes next"
        ),
    )
    if client != {"protocol": 2}:
        tale.fail(
            "HELLO 4 was refused, and client is {client!r}: what is refused changes nothing", client=client
        )


EXERCISE = Exercise(
    "redis-execute",
    "Stage 2: do what a command says",
    _execute,
    hints=(
        "A command is a list of bytes, and how long it is matters as much as how it begins. What you do not know, and"
        " what you know with another number of words, is refused with a ValueError.",
        'match [command[0].upper(), *command[1:]]: and then a case for each: case [b"GET", key]: return'
        " store.get(key). The last is case [name, *_]: raise ValueError. Hold numbers against a pattern before int().",
        'case [b"INCRBY", key, by]:\n'
        '          numbers = store.get(key, b"0"), by\n'
        '          if not all(re.fullmatch(rb"-?[0-9]{1,18}", number) for number in numbers):\n'
        '              raise ValueError("ERR value is not an integer or out of range")\n'
        '          store[key] = b"%d" % sum(map(int, numbers))\n'
        "          return int(store[key])",
    ),
    points=2,
    place=2,
    steps=23,
    given=0,
)
