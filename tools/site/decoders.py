"""What a decoder makes of every cut of a short stream, gathered before: all its states, and the steps between them.

A decoder goes from state to state, and pieces lead from one to the next; so there are far fewer steps than ways to cut.
"""

from __future__ import annotations

import ast
from functools import partial
from typing import Any

from labkit import framing
from labkit.panels import stream_viewer
from labkit.panels.stream.run import Readers
from labkit.panels.stream.steps import FED, Reading, Wanted, Way, held_by
from labkit.torture.verdict import brief

MOST = 5_000  # steps of one decoder
PLAIN = (bytes, bytearray, str, int, float, list, tuple, type(None))
_NTH = 987_654  # stands for the number of a recv, which is only known on the page


def tables(viewer: Any) -> dict[str, Any]:
    """For the page: `ways`, each decoder's states and steps, and `fed`, every piece of the stream in words."""
    data, readers = viewer.given.data, viewer.readers
    size = len(data)
    fed = {
        f"{start}-{end}": brief(data[start:end], FED)
        for start in range(size)
        for end in range(start + 1, size + 1)
    }
    return {"fed": fed, "ways": [_table(readers, number) for number in range(len(readers.ways))]}


def _table(readers: Readers, number: int) -> dict[str, Any]:
    """One decoder: `states`, the first is where it begins; in each, by where the next piece ends, what comes of it."""
    way, wanted, data = readers.ways[number], readers._wanted_by(number), readers.data
    states: list[dict[int, dict[str, Any]]] = [{}]
    known: dict[Any, int] = {}
    open_: list[tuple[int, tuple[bytes, ...], list[Any]]] = [(0, (), [])]
    steps = 0
    while open_:
        state, before, got = open_.pop()
        start = sum(map(len, before))
        for end in range(start + 1, len(data) + 1):
            steps += 1
            if steps > MOST:
                raise ValueError(
                    f"{way.name} has more than {MOST} steps through this stream: show it a shorter one"
                )
            piece = data[start:end]
            reading = Reading(way._replace(make=partial(_fed, way, before)), [piece])
            reading.read()
            last = reading.steps[-1]
            step: dict[str, Any] = {"out": list(last.out), "held": last.held, "error": last.error, "then": 0}
            reading.got = [*got, *reading.got]
            if last.error or end == len(data):
                reading.steps = [last] * _NTH if last.error else reading.steps
                reading.judge(wanted)
                step |= {"right": reading.right, "why": reading.why.replace(str(_NTH), "{n}")}
            else:
                key = end, _key(_fed(way, (*before, piece)), reading.got, wanted)
                if key not in known:
                    known[key] = len(states)
                    states.append({})
                    open_.append((known[key], (*before, piece), reading.got))
                step["then"] = known[key]
            states[state][end] = step
    return {"name": way.name, "broken": way.broken, "states": states}


def _fed(way: Way, pieces: tuple[bytes, ...]) -> Any:
    """A new decoder that has been fed these pieces."""
    decoder = way.make()
    for piece in pieces:
        decoder.feed(piece)
    return decoder


def _key(decoder: Any, got: list[Any], wanted: Wanted) -> Any:
    """What tells a state from another: what the decoder holds, and what it has given so far."""
    given = "".join(got) if isinstance(wanted.all, str) else repr(got)
    plain = {name: value for name, value in vars(decoder).items() if isinstance(value, PLAIN)}
    return given, held_by(decoder), repr(plain)


def viewer_of_lesson(call: ast.Call, notebook: dict[str, Any], values: dict[str, Any]) -> Any:
    """The viewer that a lesson's cell makes: of the lesson's code only plain imports are executed, and
    the definitions that the call names."""
    names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    known = {**values, "framing": framing, "stream_viewer": stream_viewer}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        body = [
            each
            for each in ast.parse("".join(cell["source"])).body
            if isinstance(each, ast.Import)
            or (isinstance(each, (ast.ClassDef, ast.FunctionDef)) and each.name in names)
        ]
        exec(compile(ast.Module(body, []), "<lesson>", "exec"), known)
    return eval(compile(ast.Expression(call), "<lesson>", "eval"), known)
