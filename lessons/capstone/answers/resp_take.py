"""The solution of stage 1, and wrong answers, each with words that it must be told."""

from __future__ import annotations


def take(held, start):
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


SOLUTION = take


def splits(held, start):
    lines = bytes(held[start:]).split(b"\r\n")
    count = int(lines[0][1:] or 0)
    if len(lines) < 2 * count + 2:
        return None
    words = lines[2 : 2 * count + 2 : 2]
    return words, start + sum(len(line) + 2 for line in lines[: 2 * count + 1])


def trusts(held, start):
    if start == len(held):
        return None
    end = held.index(b"\r\n", start)
    words, at = [], end + 2
    for _ in range(int(held[start + 1 : end])):
        end = held.index(b"\r\n", at)
        size, at = int(held[at + 1 : end]), end + 2
        words.append(bytes(held[at : at + size]))
        at += size + 2
    return words, at


def takes_what_is_there(held, start):
    end = held.find(b"\r\n", start)
    if end < 0:
        return None
    words, at = [], end + 2
    for _ in range(int(held[start + 1 : end])):
        end = held.find(b"\r\n", at)
        if end < 0:
            return None
        size, at = int(held[at + 1 : end]), end + 2
        words.append(bytes(held[at : at + size]))
        at += size + 2
    return words, at


def forgets_the_two_bytes(held, start):
    end = held.find(b"\r\n", start)
    if end < 0:
        return None
    words, at = [], end + 2
    for _ in range(int(held[start + 1 : end])):
        end = held.find(b"\r\n", at)
        if end < 0:
            return None
        size, at = int(held[at + 1 : end]), end + 2
        if len(held) < at + size:
            return None
        words.append(bytes(held[at : at + size]))
        at += size + 2
    return words, at


def one_digit(held, start):
    if len(held) < start + 4:
        return None
    words, at = [], start + 4
    for _ in range(held[start + 1] - ord("0")):
        if len(held) < at + 4:
            return None
        size, at = held[at + 1] - ord("0"), at + 4
        if len(held) < at + size + 2:
            return None
        words.append(bytes(held[at : at + size]))
        at += size + 2
    return words, at


def bytearrays(held, start):
    found = take(held, start)
    return found and ([bytearray(word) for word in found[0]], found[1])


def copies(held, start):
    found = take(held[start:], 0)
    return found and (found[0], start + found[1])


def cuts(held, start):
    found = take(held, start)
    if found is not None:
        del held[: found[1]]
        return found[0], 0
    return None


def says_text(held, start):
    found = take(held, start)
    return found and ([word.decode() for word in found[0]], found[1])


WRONG = {
    "splits at line ends": (splits, "a size says where a word ends"),
    "trusts that all is there": (trusts, "raised ValueError"),
    "takes what is there": (takes_what_is_there, "a size says how many bytes must be there"),
    "forgets the last two bytes": (forgets_the_two_bytes, "two more for the \\r\\n behind them"),
    "sizes of one digit": (one_digit, "should come out, but"),
    "copies the rest": (copies, "what is left is copied for each command"),
    "takes it out of held": (cuts, "but returned ([b'PING'], 0)"),
    "gives bytearrays": (bytearrays, "each word as bytes, which a bytearray is not"),
    "gives text": (says_text, "but returned (['PING'], 14)"),
}
