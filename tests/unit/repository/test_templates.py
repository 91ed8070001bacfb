"""Words for learners are templates, whole sentences with named values, so that they can be translated.

`say`, `tale.did` and `tale.fail` take a plain string, never one that is put together; and nothing that is told in the
learning loop or in a lesson goes round them.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

import pytest
from house import modules, within

from labkit import words
from labkit.learn.showing import told

TOLD = "learn lessons"  # where what is said is said to learners

MADE_BY = {"say": 0, "did": 0, "fail": 0, "expect": 3}  # which argument is the template
VALUES_OF = {"expect": {"because"}}
TELLS = re.compile("^print$|Error$|^NotSo$")
SENTENCE = re.compile(r"[a-z]+[,:]? [a-z]{2,}", re.IGNORECASE)


def called(call: ast.Call) -> str:
    """The last name of what is called: did of `tale.did(...)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def branches(node: ast.expr) -> list[ast.expr]:
    """An expression, or both of what `a if b else c` may give."""
    return [*branches(node.body), *branches(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def is_put_together(node: ast.AST) -> bool:
    """Is a string made here: an f-string, `+`, `%`, `format`?"""
    if isinstance(node, ast.Call):
        return called(node) in ("format", "join")
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
    )


def fields(template: str) -> set[str]:
    """The names of a template's values."""
    return {
        re.split(r"[.\[]", name)[0]
        for _, name, _, _ in string.Formatter().parse(template)
        if name is not None
    }


def wrong_templates(tree: ast.AST) -> Iterator[str]:
    """Calls whose template is put together, or does not go with its values."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = called(call)
        if name not in MADE_BY:
            continue
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        given = call.args[MADE_BY[name]] if len(call.args) > MADE_BY[name] else named.get("because")
        for template in branches(given) if given is not None else ():
            if is_put_together(template):
                yield f"line {template.lineno}: {name} takes a plain template and its values"
            if isinstance(template, ast.Constant) and None not in named:
                values, asked = set(named) - VALUES_OF.get(name, set()), fields(template.value)
                if values != asked and not isinstance(given, ast.IfExp):
                    yield f"line {template.lineno}: values {sorted(values)} for {sorted(asked)}"
                elif not asked <= values:
                    yield f"line {template.lineno}: no value for {sorted(asked - values)}"


def is_sentence(node: ast.AST) -> bool:
    """Does a string's text hold two words in a row?  (What begins as HTML is none.)"""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return not "".join(texts).lstrip().startswith("<") and any(map(SENTENCE.search, texts))


def untold(tree: ast.AST) -> Iterator[str]:
    """Sentences that go round the templates: put together, or printed or raised as they are."""
    code = {
        id(value)  # what is shown of a call is code, the same in every language
        for node in ast.walk(tree)
        for value in (
            [node.value]
            if isinstance(node, ast.Assign) and "shown" in map(ast.unparse, node.targets)
            else [keyword.value for keyword in node.keywords if keyword.arg == "shown"]
            if isinstance(node, ast.Call)
            else []
        )
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in code and is_sentence(node):
            yield f"line {node.lineno}: an f-string makes a sentence"
        elif (
            is_put_together(node)
            and isinstance(node, ast.BinOp)
            and any(map(is_sentence, (node.left, node.right)))
        ):
            yield f"line {node.lineno}: a sentence is put together"
        elif (
            isinstance(node, ast.Call)
            and TELLS.search(called(node))
            and any(isinstance(given, ast.Constant) and is_sentence(given) for given in node.args)
        ):
            yield f"line {node.lineno}: {called(node)} is given words that no translation can reach"


def test_templates_are_whole_and_go_with_their_values_and_what_learners_are_told_can_be_translated():
    wrong = {}
    for name, module in modules().items():
        tree = ast.parse(module.source)
        found = [*wrong_templates(tree), *(untold(tree) if within(name, TOLD) else ())]
        if found:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize(
    "line",
    [
        'tale.did(f"{name} connects")',
        'tale.fail("the answer is " + answer)',
        'tale.fail("the answer is %s" % answer)',
        'say("{name} connects".format(name=name))',
        'tale.expect(shown, found, wanted, f"because of {name}")',
        'tale.expect(shown, found, wanted, because=f"because of {name}")',
        'tale.did("one" if one else f"{n} of them")',
        'tale.did("{name} connects")',
        'tale.did("Ann connects", name=name)',
        'tale.did("{name!r} has {n:,}", name=name)',
        'tale.did("{name} connects" if name else "connects")',
    ],
)
def test_a_template_that_is_none_is_found(line):
    assert len(list(wrong_templates(ast.parse(line)))) == 1


@pytest.mark.parametrize(
    "line",
    [
        'tale.did("{name} connects", name=name)',
        'tale.did("{a.flags} and {b[0]:,}", a=a, b=b)',
        'tale.expect(f"recv({n})", found, wanted, "it has {n}", n=n)',
        "tale.expect(shown, found, wanted)",
        'tale.did("one" if one else "{n} of them", n=n)',
        'say(template, name=f"{a}:{b}")',
        'say("{name} connects", **values)',
        'say("braces: {{}}")',
    ],
)
def test_a_template_passes(line):
    assert list(wrong_templates(ast.parse(line))) == []


@pytest.mark.parametrize(
    "line",
    [
        'said.value = f"you are {name}"',
        'raise ValueError("no such line")',
        'raise NotSo(f"{shown} did not end")',
        'print("Not taken, sorry")',
        'told = "Say a number" + unit',
        'hints = (f"first the {thing}",)',
    ],
)
def test_words_that_go_round_the_templates_are_found(line):
    assert list(untold(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        'shown = f"ask the client({port})"',
        'tale.call(ask, 3, shown=f"ask the client({port})")',
        'html = f"<p class=a b>{text}</p>"',
        'line = f"{letter}) {choice}"',
        'raise ValueError(say("no such line"))',
        'NAMES = ("the concept", "the place")',
    ],
)
def test_words_that_are_templates_or_code_pass(line):
    assert list(untold(ast.parse(line))) == []


def test_what_a_lesson_says_is_looked_up_and_names_lessons_by_their_titles():
    before = words.use({"See `{x}` in lesson:framing.": "Siehe `{x}` in lesson:framing."})
    try:
        assert told("See `{x}` in lesson:framing.") == "Siehe `{x}` in “A stream has no messages”."
        assert words.look_up("not {there}") == "not {there}"
    finally:
        words.use(before)
