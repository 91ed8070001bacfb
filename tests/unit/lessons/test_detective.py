"""Lesson detective: the tree as a picture and as text, and how an attempt ended."""

from __future__ import annotations

import pytest
from house import ROOT

from labkit.background.completed import Completed
from labkit.drawing.labels import box_of
from labkit.drawing.shapes import Group, Line, Words
from labkit.learn.finding import find
from labkit.lessons.detective import verdicts
from labkit.lessons.detective.figures import Tree
from labkit.lessons.detective.looking import ended
from labkit.lessons.detective.path import fewest
from labkit.lessons.detective.tree import AT_ONCE, BROKEN, GAVE_UP, LATE, REFUSED, TREE, leaves
from labkit.mysteries.drawing import draw
from labkit.mysteries.kinds import KINDS, LEVELS


def shapes():
    for shape in Tree()._picture.shapes:
        yield from shape.shapes if isinstance(shape, Group) else (shape,)


def words():
    return [shape for shape in shapes() if isinstance(shape, Words)]


def test_all_of_the_tree_is_drawn():
    said = " ".join(piece for each in words() for piece, _ in each.pieces)
    for kind in KINDS:
        assert said.count(f"{kind} ") == 1
    left = [TREE]
    while left:
        question = left.pop()
        assert question.asks in said and question.look in said
        assert all(answer in said for answer, _ in question.answers)
        left += [after for _, after in question.answers if hasattr(after, "answers")]


def test_no_two_words_lie_over_each_other_and_all_are_in_the_picture():
    picture, boxes = Tree()._picture, [box_of(each) for each in words()]
    for number, box in enumerate(boxes):
        assert box.x - box.wide >= 0 and box.x + box.wide <= picture.width
        assert box.y - box.high >= 0 and box.y + box.high <= picture.height
        assert not any(box.overlaps(other, 1) for other in boxes[:number])


def test_it_is_no_wider_than_a_narrow_page():
    """A window of 1,000 pixels has room for so much beside the list of files."""
    assert Tree()._picture.width <= 560


def test_no_line_goes_through_words():
    lines = [shape for shape in shapes() if isinstance(shape, Line)]
    boxes = [box_of(each)._replace(high=4) for each in words()]
    assert not [box for box in boxes for line in lines if box.crossed(line.x1, line.y1, line.x2, line.y2)]


def test_its_text_has_a_line_for_each_kind():
    lines = repr(Tree()).splitlines()
    assert sum(line.strip().startswith("- ") and line.endswith(")") for line in lines) == len(KINDS)
    assert Tree() == Tree() and "<svg" in Tree().svg


def test_its_lines_are_seen_on_a_page():
    """Only some roles have a stroke where no host lends its colour."""
    lines = [shape for shape in shapes() if isinstance(shape, Line)]
    assert len(lines) > 30 and Tree().svg.count('<line class="ticks"') == len(lines)


@pytest.mark.parametrize(
    ("status", "said", "took_s", "end"),
    [
        (0, "done after 0.1 s", 0.1, AT_ONCE),
        (0, "done after 1.0 s", 1.0, AT_ONCE),
        (0, "done after 3.4 s", 3.4, LATE),
        (1, "gave up after 2.0 s: TimeoutError: timed out", 2, GAVE_UP),
        (1, "gave up after 0.0 s: ConnectionRefusedError: [Errno 111] Connection refused", 0, REFUSED),
        (1, "gave up after 1.2 s: ConnectionResetError: [Errno 104] Connection reset by peer", 1.2, BROKEN),
        (1, "gave up after 1.2 s: ConnectionError: the connection ended before the answer did", 1.2, BROKEN),
    ],
)
def test_how_an_attempt_ended_is_one_of_the_trees_words(status, said, took_s, end):
    done = Completed(status, said + "\n", "", ("caller",))
    assert ended(done, int(took_s * 1e9)) == end
    assert end in dict(TREE.answers)


def test_the_prose_counts_the_kinds_as_they_are():
    handout = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    first, second, all_ = len(LEVELS[1]), len(LEVELS[2]), len(KINDS)
    assert (
        f"Level 1 has {first} kinds, at the service; level 2 has {second}, on the way; level 3 has all {all_}"
        in handout
    )
    assert f"the {all_} kinds of this lab" in (ROOT / "lessons/detective/text.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("places", "looks"), [(1, 0), (2, 1), (3, 2), (8, 3), (9, 4), (1000, 10), (1025, 11)]
)
def test_as_few_looks_as_can_be(places, looks):
    assert fewest(places) == looks == (places - 1).bit_length()


@pytest.mark.parametrize("id", ["verdict-one", "verdict-two", "verdict-three"])
def test_a_verdicts_hints_are_the_mysterys_own_and_no_file_of_the_lesson_names_its_kind(id):
    seed, level = {
        "verdict-one": verdicts.FIRST,
        "verdict-two": verdicts.SECOND,
        "verdict-three": verdicts.THIRD,
    }[id]
    case = draw(seed, level)
    assert find(id).hints == case.wrong.hints
    folder = ROOT / "labkit/lessons/detective"
    for path in (folder / f"{id.replace('-', '_')}.py", folder / "verdicts.py", folder / "looking.py"):
        assert case.kind not in path.read_text(encoding="utf-8")


def test_the_tree_leads_to_every_kind_once():
    assert sorted(each.kind for each in leaves(TREE)) == sorted(KINDS)
