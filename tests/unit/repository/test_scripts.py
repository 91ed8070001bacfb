"""The laws of the scripts that run in the page, held to by reading their text (`tests/scripts.py`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from house import PACKAGE, modules
from scripts import (
    HOLE,
    Function,
    compositions,
    cuts,
    declared,
    functions,
    looks,
    scripts,
    tokens,
    too_long,
    twice,
)

from labkit.notebook.widgets import files

SCRIPTS = scripts(PACKAGE)
SHARED = [f"notebook/widgets/{name}.js" for name in files.SHARED]  # stand in front of each widget's own
SVG_MAKER = "notebook/widgets/common.js"

# SVG keeps corners and turns of shapes as text; a filter is what somebody typed.
READERS = ("panels/player/shapes.js", "panels/player/packets/tokens.js")

# No function is longer.
MOST_LINES = 80


def widgets() -> dict[str, list[str]]:
    """The scripts of each widget, by its module, as paths in the package."""
    found = {}
    for name, module in modules().items():
        for names in compositions(module.source):
            folder = Path(*name.split(".")[:-1])
            found[name] = [*SHARED, *(str(folder / f"{each}.js") for each in names)]
    return found


WIDGETS = widgets()


def test_every_script_belongs_to_a_widget():
    assert {path for paths in WIDGETS.values() for path in paths} == set(SCRIPTS)


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_function_can_be_read_in_one_sitting(path):
    assert too_long(SCRIPTS[path], MOST_LINES) == []


@pytest.mark.parametrize("widget", WIDGETS)
def test_the_scripts_of_a_widget_are_one_module(widget):
    """No name is declared twice at the top, which the page would refuse; the last alone says what the module gives."""
    sources = [SCRIPTS[path] for path in WIDGETS[widget]]
    assert twice(sources) == []
    gives = [any(token == ("name", "export", token.line) for token in tokens(each)) for each in sources]
    assert gives == [False] * (len(sources) - 1) + [True]


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_script_asks_nobody_for_another(path):
    """It comes as text with the widget: it imports nothing, and no address of a network stands in it."""
    here = tokens(SCRIPTS[path])
    assert [token.line for token in here if token.kind == "name" and token.text in ("import", "fetch")] == []
    addresses = [token.text for token in here if "//" in token.text and token.kind in ("string", "template")]
    assert addresses == (["http://www.w3.org/2000/svg"] if path == SVG_MAKER else [])


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_script_takes_no_text_apart(path):
    """What it needs comes as values; two have to read what is text by nature."""
    assert cuts(SCRIPTS[path]) == [] or path in READERS


# -- that the reader reads


def test_texts_are_read_as_they_are_meant():
    source = 'a = "x\\u2026\\"y" + `b ${c + `d ${e}`} f\\n` // "no"\n/* "no" */ + 1 / g / 2 + \'h\''
    texts = [token.text for token in tokens(source) if token.kind in ("string", "template")]
    assert texts == ['x…"y', f"b {HOLE} f\n", f"d {HOLE}", "h"]
    assert [
        token.text for token in tokens('f(/a "\\/[/]/g, "b").replace(/ c/, d)') if token.kind == "regex"
    ] == [
        'a "\\/[/]',
        " c",
    ]


FUNCTIONS = """function one(a) {
  if (a) {
    return () => {
      b();
    };
  }
}
class Two {
  get three() { return `}${(() => { return "{"; })()}`; }
  four({ a, b }, c = (1 + 2)) {
  }
}
const five = function (x) {
  for (const y of x) { y(); }
};
"""


def test_functions_are_found_with_their_lines():
    assert functions(FUNCTIONS) == [
        Function("", 3, 5),
        Function("one", 1, 7),
        Function("", 9, 9),
        Function("three", 9, 9),
        Function("four", 10, 11),
        Function("function", 13, 15),
    ]


def test_a_function_that_is_too_long_is_found():
    source = "function short() {\n" + "x();\n" * 78 + "}\nfunction long() {\n" + "x();\n" * 79 + "}\n"
    assert too_long(source, MOST_LINES) == ["long: 81 lines"]


def test_a_name_that_two_scripts_declare_is_found():
    assert declared(FUNCTIONS) == ["one", "Two", "five"]
    one, two = "const A = 1, B = f(C, D);\nlet e;", "function e() {}\nclass B { A() { const A = 2; } }"
    assert declared(one) == ["A", "B", "e"] and declared(two) == ["e", "B"]
    assert twice([one, two]) == ["B", "e"]


def test_a_text_that_a_script_takes_apart_is_found():
    source = 'a.split(":")[0];\nb?.replace(/x/, y) + c.replaceChildren(d) + split(e) + f.match\n(g.slice(1));'
    assert cuts(source) == [(1, "split"), (2, "replace"), (2, "match")]
    assert all(cuts(SCRIPTS[path]) for path in READERS)


def test_what_a_script_looks_for_is_found():
    source = """
    name.replace(" after", "") ?? state?.startsWith("it waits"); words.split(`: ${x} of `);
    if (said === "it is over" || said !== `${n} are`) go(); switch (a) { case "so it is": b("not this one"); }
    const WORDS = { "queue full": "words for it" }, at = c ? "or" : "else"; /(a b)c/.exec(d);
    """
    found, written = looks(source)
    assert [(look.text, look.whole) for look in found if not look.pattern] == [
        (" after", False),
        ("it waits", False),
        (": ", False),
        (" of ", False),
        ("it is over", True),
        ("", False),
        (" are", False),
        ("so it is", True),
        ("queue full", True),
    ]
    assert [look.text for look in found if look.pattern] == ["(a b)c"]
    assert {"", "not this one", "words for it", "or", "else"} == {token.text for token in written}
