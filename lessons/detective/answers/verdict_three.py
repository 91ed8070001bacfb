"""The solution of verdict-three, and wrong answers, each with words that it must be told."""

from __future__ import annotations


def verdict_three():
    return "never-closes", "payroll"


def the_client_does_not_close():
    return "never-closes", "client"


def it_closes_too_early():
    return "idle-timeout", "payroll"


def the_nat():
    return "nat-forgets", "router"


def not_a_kind():
    return "slow", "payroll"


SOLUTION = verdict_three
WRONG = {
    "the client does not close": (the_client_does_not_close, "it is not on client"),
    "it closes too early": (it_closes_too_early, "on payroll it is, and it is something else"),
    "the NAT": (the_nat, "nat-forgets would show so: a capture: the second question is sent again"),
    "not a kind": (not_a_kind, "there is no kind 'slow' on level 3"),
}
