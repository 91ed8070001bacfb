"""Predict and reveal: what the learner sees, with and without an answer, right and wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest
from exercises import put

from labkit.learn import predict, reveal
from labkit.learn.predicting import predict as module

CHOICES = ["1449", "2897", "4345"]
BECAUSE = {"1449": "It is the first segment's.", "2897": "The third was dropped."}


@pytest.fixture(autouse=True)
def nothing_asked():
    module._asked.clear()


def told(capsys) -> str:
    return capsys.readouterr().out


def ask(**answer) -> None:
    predict("which", "Which sequence number is sent twice?", CHOICES, because=BECAUSE, **answer)


def test_an_open_question_says_how_to_answer_and_does_not_block(capsys):
    ask()
    assert told(capsys) == (
        "Predict: Which sequence number is sent twice?\n"
        "  a) 1449\n  b) 2897\n  c) 4345\n"
        'Choose before you run the next cell (in code: predict("which", answer="a")).\n'
    )


def test_revealing_without_a_prediction_is_kind_and_gives_the_answer(capsys):
    ask()
    told(capsys)
    reveal("which", [2897])
    assert told(capsys) == (
        "Not predicted: Which sequence number is sent twice?\n"
        "The experiment gave 2897.\n"
        "Why 2897: The third was dropped.\n"
        "If you had thought 1449: It is the first segment's.\n"
    )


@pytest.mark.parametrize("answer", ["b", "B)", "2897", 2897])
def test_a_right_prediction(answer, capsys):
    ask(answer=answer)
    told(capsys)
    reveal("which", 2897)
    text = told(capsys)
    assert text == (
        "You were asked: Which sequence number is sent twice?\n"
        "✓ You predicted 2897, and that is what happened.\nWhy 2897: The third was dropped.\n"
    )


def test_a_wrong_prediction_is_explained_by_its_own_misconception(capsys):
    ask(answer="a")
    told(capsys)
    reveal("which", 2897)
    assert told(capsys) == (
        "You were asked: Which sequence number is sent twice?\n"
        "✗ You predicted 1449. The experiment gave 2897.\n"
        "Why not 1449: It is the first segment's.\n"
        "Why 2897: The third was dropped.\n"
    )


def test_the_first_answer_stands_even_when_the_cell_runs_again(capsys):
    ask(answer="a")
    predict("which", answer="b")
    ask()
    text = told(capsys)
    assert "You have already committed to 1449" in text
    assert text.endswith("Your prediction: 1449. Now run on and see.\n")


def test_another_question_under_the_same_name_is_open_again(capsys):
    ask(answer="a")
    told(capsys)
    predict("which", "And now?", ["1449", "2897"])
    assert "Choose before you run" in told(capsys)


def test_an_unusable_answer_is_told_and_leaves_the_question_open(capsys):
    ask(answer="z")
    text = told(capsys)
    assert "Not taken: 'z' is none of the choices: answer with a letter, a, b or c." in text
    assert "Choose before you run" in text


def test_choices_are_quoted_where_they_stand_inside_a_sentence(capsys):
    waits = {"nothing: it waits": "More may come.", "an error": "It is none."}
    predict("end", "What comes?", list(waits), because=waits, answer="a")
    assert "Your prediction: “nothing: it waits”. Now run on" in told(capsys)
    reveal("end", "an error")
    assert told(capsys) == (
        "You were asked: What comes?\n"
        "✗ You predicted “nothing: it waits”. The experiment gave “an error”.\n"
        "Why not “nothing: it waits”: More may come.\nWhy “an error”: It is none.\n"
    )


BROKEN = {"it holds": "So its tests said.", "two cuts": "The header comes in three pieces."}


@pytest.fixture
def broken_as_given(monkeypatch):
    """A lesson whose program two cuts break, until the learner mends it."""
    put(monkeypatch, "framing", "predictions", BECAUSE={"fast": BROKEN}, RIGHT={"fast": "two cuts"})


@pytest.mark.parametrize("answer", ["it holds", "two cuts", None])
def test_what_a_learner_has_mended_is_not_explained_by_a_misconception(answer, broken_as_given, capsys):
    predict("fast", "What breaks it?", list(BROKEN), answer=answer)
    told(capsys)
    reveal("fast", "it holds")
    text = told(capsys)
    assert (
        "As the lesson has it, this gives “two cuts”: what you have changed makes the difference.\n" in text
    )
    assert "Why “two cuts”, unchanged: The header comes in three pieces.\n" in text
    assert "So its tests said." not in text and "Why not" not in text
    assert ("✓" in text) == (answer == "it holds") and "✗" not in text


def test_unchanged_each_choice_has_its_reason(broken_as_given, capsys):
    predict("fast", "What breaks it?", list(BROKEN), answer="it holds")
    told(capsys)
    reveal("fast", "two cuts")
    assert told(capsys).endswith(
        "Why not “it holds”: So its tests said.\nWhy “two cuts”: The header comes in three pieces.\n"
    )


def test_what_no_choice_foresaw_is_said(capsys):
    ask(answer="b")
    told(capsys)
    reveal("which", 5793)
    assert "gave 5793, which is none of the choices" in told(capsys)


def test_a_question_that_was_never_asked(capsys):
    ask()
    told(capsys)
    reveal("wich", 3)
    assert "did you mean 'which'?" in told(capsys)
    predict("nothing like it")
    assert "Nothing has been asked" in told(capsys)


def test_choices_may_stand_for_values(capsys):
    predict("fin", "Is there a reset?", {"yes, at once": True, "no": False}, answer="a")
    reveal("fin", True)
    assert "You predicted “yes, at once”, and that is what happened." in told(capsys)


@pytest.mark.parametrize(
    ("measured", "label"),
    [(True, "yes"), (False, "no"), ("NO", "no"), ("perhaps", "perhaps")],
)
def test_measured_values_meet_spoken_choices(measured, label):
    predict("yes-no", "Really?", ["yes", "no"])
    assert module._asked["yes-no"].measured(measured) == label


def test_numbers(capsys):
    predict(
        "count", "How many segments?", number="segments", because={3: "You forgot the ACK."}, answer="3.0"
    )
    assert "Your prediction: 3 segments." in told(capsys)
    reveal("count", 4)
    assert told(capsys) == (
        "You were asked: How many segments?\n"
        "✗ You predicted 3 segments. The experiment gave 4 segments.\n"
        "Why not 3 segments: You forgot the ACK.\n"
    )
    predict("other", "How many?", number="", answer="three")
    assert "'three' is not a number" in told(capsys)


@pytest.mark.parametrize("answer", ["b a c", "bac", "B, A, C", ["SYN", "SYN-ACK", "ACK"], ["b", "a", "c"]])
def test_order(answer, capsys):
    predict("order", "In which order?", order=["SYN-ACK", "SYN", "ACK"], answer=answer)
    reveal("order", ["SYN", "SYN-ACK", "ACK"])
    assert "✓ You predicted SYN → SYN-ACK → ACK" in told(capsys)


@pytest.mark.parametrize("answer", ["a b c", "b c a", "c a b", "c b a", "a c b"])
def test_every_other_order_is_wrong(answer, capsys):
    lines = ["SYN-ACK", "SYN", "ACK"]
    predict("order", "In which order?", order=lines, answer=answer)
    said = " → ".join(lines["abc".index(letter)] for letter in answer.split())
    assert f"Your prediction: {said}. Now run on and see." in told(capsys)
    reveal("order", ["SYN", "SYN-ACK", "ACK"])
    judged = f"✗ You predicted {said}. The experiment gave SYN → SYN-ACK → ACK.\n"
    assert told(capsys) == f"You were asked: In which order?\n{judged}"


def test_an_order_that_the_experiment_gave_in_part_is_not_the_order(capsys):
    predict("order", "In which order?", order=["SYN", "SYN-ACK"], answer="a b")
    told(capsys)
    for measured in (["SYN"], ["SYN-ACK", "SYN"], ["SYN", "SYN-ACK", "ACK"]):
        reveal("order", measured)
        assert "\n✗ You predicted SYN → SYN-ACK. The experiment gave " in told(capsys), measured


def test_an_incomplete_order_is_not_taken(capsys):
    predict("order", "In which order?", order=["SYN-ACK", "SYN", "ACK"], answer="a b")
    assert "name each line once" in told(capsys)


@pytest.mark.parametrize(
    ("kind", "answer", "measured"),
    [
        ({"number": ""}, 2.5, 2),
        ({"number": ""}, 2, 2.5),
        ({"number": ""}, 1, 14),
        ({"choices": ["1", "14"]}, "1", 14),
        ({"choices": ["syn", "SYN"]}, "b", "syn"),
        ({"choices": {"one": 1, "yes": True}}, "one", True),
        ({"choices": ["1449", "2897"]}, "1449", [1449, 2897]),
        ({"text": True}, "wait", "TIME-WAIT"),
        ({"text": True}, "TIME-WAIT or so", "TIME-WAIT"),
    ],
    ids=str,
)
def test_what_is_not_the_same_is_wrong(kind, answer, measured, capsys):
    predict("same", "What is it?", **kind, answer=answer)
    told(capsys)
    reveal("same", measured)
    assert "\n✗ You predicted " in told(capsys)


def test_numbers_keep_their_fractions(capsys):
    predict("rtt", "How long?", number="ms", answer="2.5")
    reveal("rtt", 2.5)
    assert "✓ You predicted 2.5 ms, and that is what happened." in told(capsys)


def test_free_text_ignores_case_and_spaces(capsys):
    predict("state", "Which state?", text=True, answer=" time-wait ")
    reveal("state", "TIME-WAIT")
    assert "✓" in told(capsys)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"choices": ["a", "a"]}, "2 to 10 different answers"),
        ({"choices": ["a"]}, "2 to 10 different answers"),
        ({"choices": "abc"}, "list of answers"),
        ({"choices": ["a", "b"], "number": "ms"}, "takes one of"),
        ({}, "takes one of"),
        ({"choices": ["a", "b"], "because": {"c": "?"}}, "none of the choices"),
        (
            {"choices": {"an error": 1, "a byte": 2}, "because": {1: "?"}},
            "by what is shown: an error or a byte",
        ),
    ],
)
def test_a_question_that_its_author_got_wrong(arguments, words):
    with pytest.raises(ValueError, match=words):
        predict("bad", "What?", **arguments)


def test_the_widget_commits_once_and_locks(monkeypatch):
    pytest.importorskip("ipywidgets")
    from labkit.learn.predicting.form import prediction_form

    ask()
    question = module._asked["which"]
    form = prediction_form(question)
    _, radio, foot, *_ = form.children
    button, said = foot.children
    button.click()
    assert question.chosen is None and "Choose first." in said.value
    radio.value = "4345"
    assert question.chosen is None, "choosing is not committing"
    button.click()
    assert question.chosen == "4345"
    assert radio.disabled and button.disabled and "Your prediction: 4345" in said.value
    again = prediction_form(question)
    assert again.children[1].value == "4345" and again.children[1].disabled


def test_an_order_is_predicted_by_moving_lines():
    pytest.importorskip("ipywidgets")
    from labkit.learn.predicting.form import prediction_form

    predict("order", "In which order?", order=["SYN-ACK", "SYN", "ACK"])
    question = module._asked["order"]
    form = prediction_form(question)
    _, lines, foot, *_ = form.children
    listed, bar, *_ = lines.children
    up, down = bar.children
    listed.index = 1
    up.click()
    assert [label for label, _ in listed.options] == ["SYN", "SYN-ACK", "ACK"] and listed.index == 0
    foot.children[0].click()
    assert question.chosen == "SYN\nSYN-ACK\nACK"
    assert listed.disabled and up.disabled and down.disabled and foot.children[0].disabled
    reveal("order", ["SYN", "SYN-ACK", "ACK"])
    again = prediction_form(question)
    assert [label for label, _ in again.children[1].children[0].options] == ["SYN", "SYN-ACK", "ACK"]


def test_a_choice_made_after_the_answer_was_told_does_not_count(tmp_path, monkeypatch, capsys):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("LABKIT_PROGRESS", str(path))
    ask()
    reveal("which", 2897)
    ask(answer="b")
    reveal("which", 2897)
    assert "does not count as a prediction" in told(capsys)
    assert not path.exists()


def test_the_learning_loop_loads_no_widgets():
    code = (
        "import sys, labkit.learn; print([name for name in ('ipywidgets', 'IPython') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_html_is_escaped():
    from labkit.learn.showing import rich

    assert rich("`recv` < 3\n& more") == "<code>recv</code> &lt; 3<br>&amp; more"
