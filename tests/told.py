"""What is told, apart from what goes round the templates, which no translation can reach.

Templates are marked as they are said, so that what came from one can be told from the values in it, and from words that
somebody put there as a value.
"""

from __future__ import annotations

import errno
import os
import re
import string
from collections.abc import Iterator
from contextlib import contextmanager

from labkit import words

# Characters that nobody uses, and that take part in no pattern.
BEGIN, END = "\ue000", "\ue001"

SENTENCE = re.compile(r"[a-z]+ [a-z]{2,}", re.IGNORECASE)
CODE = re.compile(r"`[^`]*`")  # in a template or a value
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")  # in a value: a `repr`
# What Python and the kernel say of an error, which is theirs: after the error's name, or as the kernel has it.
RAISED = re.compile(f"(\\w+(Error|Exception)): [^{BEGIN}{END}]*")
THEIRS = {os.strerror(number) for number in errno.errorcode} | {"outside loop"}


class Marked(dict):
    """A catalogue that has each template as it is, with marks around its words."""

    def get(self, template: str, default: object = None) -> str:
        try:
            parts = list(string.Formatter().parse(template))
        except ValueError:  # text with braces that is looked up and takes no values
            return f"{BEGIN}{template}{END}"
        return "".join(
            f"{BEGIN}{_escaped(text)}{END}" + ("" if name is None else _field(name, form, conversion))
            for text, name, form, conversion in parts
        )


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _field(name: str, form: str | None, conversion: str | None) -> str:
    return "{" + name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "") + "}"


@contextmanager
def marked() -> Iterator[None]:
    """What is said meanwhile has marks."""
    before = words.use(Marked())
    try:
        yield
    finally:
        words.use(before)


def plain(text: str) -> str:
    """What is said with marks, without them."""
    return text.replace(BEGIN, "").replace(END, "")


def untold(text: str) -> list[str]:
    """The sentences that stand outside the marks and are neither code nor Python's or the kernel's own words."""
    values = re.sub(f"{BEGIN}[^{END}]*{END}", BEGIN, CODE.sub("", RAISED.sub("", text)))
    return [value for value in re.split(f"[{BEGIN}\n]", values) if SENTENCE.search(_without_theirs(value))]


def _without_theirs(value: str) -> str:
    for known in THEIRS:
        value = value.replace(known, "")
    return QUOTED.sub("", value)
