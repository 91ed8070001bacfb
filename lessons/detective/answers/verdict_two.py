"""The solution of verdict-two, and wrong answers, each with words that it must be told."""

from __future__ import annotations


def verdict_two():
    return "mtu-black-hole", "lan"


def the_other_segment():
    return "mtu-black-hole", "wan"


def the_router():
    return "mtu-black-hole", "router"


def a_firewall():
    return "firewall-drops", "router"


def a_host_that_there_is_not():
    return "mtu-black-hole", "payroll"


SOLUTION = verdict_two
WRONG = {
    "the other segment": (the_other_segment, "it is not on wan"),
    "the router": (the_router, "it is not on router"),
    "a firewall": (a_firewall, "firewall-drops would show so: a capture: the SYN ends at the router"),
    "a host that there is not": (a_host_that_there_is_not, "one of client, router, mail, orders, lan, wan"),
}
