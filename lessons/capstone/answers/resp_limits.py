"""The solution of stage 5, and wrong answers, each with words that it must be told."""

from __future__ import annotations


def bounded(held, start):
    def number(at, kind, least, most):
        line, end, _ = bytes(held[at : at + 32]).partition(b"\r\n")
        if not end and len(line) < 32 and line[:1] in (b"", kind):
            return None, at
        if not (end and line[:1] == kind and line[1:].isdigit() and least <= int(line[1:]) <= most):
            raise ValueError(f"ERR Protocol error: wanted {kind.decode()}, number {least} to {most}")
        return int(line[1:]), at + len(line) + 2

    count, at = number(start, b"*", 1, 1024)
    words, room = [], 1_000_000
    for _ in range(count or 0):
        size, at = number(at, b"$", 0, room)
        if size is None or len(held) < at + size + 2:
            return None
        words.append(bytes(held[at : at + size]))
        at, room = at + size + 2, room - size
        if held[at - 2 : at] != b"\r\n":
            raise ValueError("ERR Protocol error: expected CRLF behind a word")
    return (words, at) if count else None


SOLUTION = bounded


def with_less(**changed):
    """The solution with one rule less, by which."""
    rule = {"least": 1, "most": 1024, "size": 1_000_000, "line": 32, "digits": bytes.isdigit, "behind": True}
    rule |= {"kind": True, "first": True, "together": True, **changed}

    def wrong(held, start):
        def number(at, kind, least, most):
            line, end, _ = bytes(held[at : at + rule["line"]]).partition(b"\r\n")
            if not end and len(line) < rule["line"] and (not rule["first"] or line[:1] in (b"", kind)):
                return None, at
            kinds = line[:1] == kind or not rule["kind"]
            if not (end and kinds and rule["digits"](line[1:]) and least <= int(line[1:]) <= most):
                raise ValueError("ERR Protocol error")
            return int(line[1:]), at + len(line) + 2

        count, at = number(start, b"*", rule["least"], rule["most"])
        words, room = [], rule["size"]
        for _ in range(count or 0):
            size, at = number(at, b"$", rule.get("smallest", 0), room)
            if size is None or len(held) < at + size + 2:
                return None
            words.append(bytes(held[at : at + size]))
            at, room = at + size + 2, room - size * rule["together"]
            if rule["behind"] and held[at - 2 : at] != b"\r\n":
                raise ValueError("ERR Protocol error")
        return (words, at) if count is not None else None

    return wrong


def of_stage_1(held, start):
    end = held.find(b"\r\n", start)
    if end < 0:
        return None
    words, at = [], end + 2
    for _ in range(int(held[start + 1 : end])):
        end = held.find(b"\r\n", at)
        if end < 0:
            return None
        size, at = int(held[at + 1 : end]), end + 2
        if len(held) < at + size + 2:
            return None
        words.append(bytes(held[at : at + size]))
        at += size + 2
    return words, at


def an_integer(text):
    """Whether int() takes it."""
    try:
        int(text)
    except ValueError:
        return False
    return True


def its_own_error(held, start):
    try:
        return bounded(held, start)
    except ValueError:
        raise OverflowError("too much") from None


WRONG = {
    "as in stage 1": (of_stage_1, "a command begins with *"),
    "waits for the line": (with_less(first=False), "the first byte of an HTTP request is enough"),
    "any kind": (with_less(kind=False, first=False), "a command begins with *"),
    "negative sizes": (
        with_less(digits=an_integer, smallest=-9, most=10**9),
        "leads back to where it stands",
    ),
    "no words": (with_less(least=0), "a command of no words has no name"),
    "any count": (with_less(most=10**9), "there are too many words"),
    "int takes it": (with_less(digits=an_integer), "int() takes more than digits"),
    "any size": (with_less(size=10**9), "a word is too long: refuse it before it comes"),
    "a line without an end": (with_less(line=10**6), "more and more of it would be held"),
    "anything behind a word": (with_less(behind=False), "behind a word come \\r\\n"),
    "each by itself": (with_less(together=False), "add them up"),
    "another error": (its_own_error, "but raised OverflowError"),
}
