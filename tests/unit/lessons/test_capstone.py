"""What the lesson on a real protocol stands on: both versions of RESP, the parts, the picture; and its solutions."""

from __future__ import annotations

import ast
import inspect

import pytest
from exercises import answers
from matplotlib.figure import Figure

from labkit.learn.finding import lessons
from labkit.lessons.capstone.assembly import Parts
from labkit.lessons.capstone.clients import Seen, rates_of
from labkit.lessons.capstone.figures import plot_proof
from labkit.lessons.capstone.lines import Words, obey
from labkit.lessons.capstone.resp import Commands, encode, request
from labkit.lessons.capstone.turns import round_trips
from tools import editions, texts

STAGES = [exercise.id for lesson in lessons() if lesson.name == "capstone" for exercise in lesson.exercises]
MOST_LINES = 250  # of the reference solution, all stages together


@pytest.mark.parametrize(
    ("value", "two", "three"),
    [
        ("OK", b"+OK\r\n", b"+OK\r\n"),
        (ValueError("ERR no"), b"-ERR no\r\n", b"-ERR no\r\n"),
        (-5, b":-5\r\n", b":-5\r\n"),
        (b"\r\n", b"$2\r\n\r\n\r\n", b"$2\r\n\r\n\r\n"),
        (None, b"$-1\r\n", b"_\r\n"),
        ({b"a": None}, b"*2\r\n$1\r\na\r\n$-1\r\n", b"%1\r\n$1\r\na\r\n_\r\n"),
    ],
)
def test_a_value_in_both_versions(value, two, three):
    assert encode(value) == two and encode(value, 3) == three


def test_what_is_no_answer_is_refused():
    with pytest.raises(TypeError, match=r"or a dict of these \(got 1\.5\)"):
        encode(1.5)


def test_commands_before_one_that_cannot_be_read_are_given():
    def take(held, start):
        if held[start : start + 1] == b"!":
            raise ValueError("no")
        return ([bytes(held[start : start + 1])], start + 1) if start < len(held) else None

    commands = Commands(take)
    *good, bad = commands.feed(b"ab!c")
    assert good == [[b"a"], [b"b"]] and str(bad) == "no" and commands.held == b"!c"


def test_a_request_is_read_as_it_was_sent():
    solution = answers("capstone", "resp-take").SOLUTION
    words = [b"SET", "né".encode(), bytes(range(256)), b""]
    assert Commands(solution).feed(request(*words)) == [words]


def test_a_size_that_leads_back_makes_many_words_of_few_bytes():
    """As the lesson says, before its stage 5."""
    first, last = (answers("capstone", stage).SOLUTION for stage in ("resp-take", "resp-limits"))
    held = bytearray(b"*100000\r\n$-7\r\n")
    words, _ = first(held, 0)
    assert (len(held), len(words)) == (14, 100_000)
    with pytest.raises(ValueError, match="Protocol error"):
        last(held, 0)


def test_words_are_lines():
    words = Words()
    assert words.feed(b"SET a") == [] and words.feed(b" 1\n\nGET a\n") == [
        [b"SET", b"a", b"1"],
        [],
        [b"GET", b"a"],
    ]
    *good, bad = words.feed(b"GET a\n!\nGET a\n")
    assert good == [[b"GET", b"a"]] and isinstance(bad, ValueError)
    with pytest.raises(ValueError, match="unknown command"):
        obey({}, {}, [])


def empty(*arguments): ...


class Open:
    def receive(self, data): ...


class Written:
    def receive(self, data):
        return data


def test_missing_parts_are_named():
    def part():
        return 1

    assert Parts(part, part, Written, part, part).missing == ""
    assert Parts(part, part, Written, part, empty).missing == ""  # stage 1 reads, until there is stage 5
    assert Parts(empty, part, Written, part, part).missing == ""
    only_3 = Parts(part, part, Open, part, part).missing
    assert only_3 == "nothing yet: write stage 3 first, then run this cell again"
    assert Parts(empty, part, Open, empty, empty).missing.startswith(
        "nothing yet: write stages 1, 3, 4 first"
    )


def test_rates_are_read_from_the_benchmarks_csv():
    told = 'WARNING: Could not fetch server CONFIG\n"test","rps","avg"\n"SET","1234.50","0.1"\n"GET","99.00","0.2"'
    assert rates_of(told) == {"SET": 1234.5, "GET": 99.0}
    assert rates_of("Error") == {}


def test_the_picture_names_each_client_and_has_a_line_for_each_server():
    clients = {
        "redis-cli": Seen(True, "5 right"),
        "redis-benchmark": Seen(None, "not installed"),
        "yours": Seen(False, "no"),
    }
    figure = plot_proof(clients, [1, 8], {"yours": [90, 700], "redis-server": [95, 720]})
    listed, rates = figure.axes
    assert [text.get_text() for text in listed.texts][::3] == ["✓", "–", "✗"]
    assert [text.get_text() for text in listed.texts][1::3] == list(clients)
    assert [text.get_text() for text in listed.texts][2::3] == ["5 right", "not installed", "no"]
    assert {line.get_label(): list(line.get_ydata()) for line in rates.get_lines()} == {
        "yours": [90, 700],
        "redis-server": [95, 720],
    }
    assert [label.get_text() for label in rates.get_xticklabels()] == ["1", "8"]


def test_the_picture_can_be_drawn_where_nothing_could_be_measured():
    figure = plot_proof({"yours": Seen(None, "stage 1 is open")}, [1, 8], {})
    assert isinstance(figure, Figure) and figure.axes[1].get_legend() is None


class Sent:
    """A trace of who sent data, in order."""

    def __init__(self, sources):
        self.segments = [type("Segment", (), {"source": source}) for source in sources]

    def select(self, data):
        assert data
        return self.segments


@pytest.mark.parametrize(
    ("sources", "trips"),
    [([], 0), (["client"], 1), ("client client server".split(), 1), (["client", "server"] * 3, 3)],
)
def test_round_trips_are_turns_of_who_asks(sources, trips):
    assert round_trips(Sent(sources)) == trips


# ---- The reference solution ----


def shape(tree: ast.AST) -> str:
    """A function or class, without its docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and ast.get_docstring(
            node
        ):
            del node.body[0]
    return ast.dump(tree)


def in_the_lesson() -> list[str]:
    """What the lesson's text gives as solutions, in its order."""
    _, solved = editions.read(texts.source_of("capstone"))
    cells = [cell.source for cell in solved.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    return [shape(ast.parse(cell).body[0]) for cell in cells]


def test_the_lessons_solutions_are_those_that_are_tested():
    sources = [inspect.getsource(answers("capstone", stage).SOLUTION) for stage in STAGES]
    assert in_the_lesson() == [shape(ast.parse(source).body[0]) for source in sources]
    assert len(STAGES) == 5 and sum(len(source.splitlines()) for source in sources) <= MOST_LINES
