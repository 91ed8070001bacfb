"""The solution of verdict-one, and wrong answers, each with words that it must be told."""

from __future__ import annotations


def verdict_one():
    return "byte-order", "orders"


def a_program_that_thinks():
    return "slow-program", "orders"


def on_the_way():
    return "mtu-black-hole", "lan"


def at_the_client():
    return "byte-order", "client"


def one_word():
    return "byte-order"


SOLUTION = verdict_one
WRONG = {
    "a program that thinks": (a_program_that_thinks, "on orders it is, and it is something else"),
    "on the way": (on_the_way, "there is no kind 'mtu-black-hole' on level 1"),
    "at the client": (at_the_client, "it is not on client"),
    "one word": (one_word, "should return two words"),
}
