"""The solution of three-networks, and wrong answers, each with words that it must be told."""

from __future__ import annotations


def mend(net, which):
    if which == "a":
        net.right.route_add("10.0.1.0/24", via="left")
    elif which == "b":
        net.client.address_add("10.0.1.1/24")
        net.client.address_del("10.0.1.1/16")
    else:
        net.printer.address_del("10.0.1.3/24")


def the_routers_are_told_to_forward(net, which):
    net.left.sysctl("net.ipv4.ip_forward", 1)
    net.right.sysctl("net.ipv4.ip_forward", 1)


def a_route_at_the_wrong_end(net, which):
    if which == "a":
        net.client.route_add("10.0.3.0/24", via="left")
    else:
        mend(net, which)


def a_way_around_the_netmask(net, which):
    if which == "b":
        net.client.route_add("10.0.3.0/24", via="left")
    else:
        mend(net, which)


def without_the_printer(net, which):
    if which == "c":
        net.printer.address_add("10.0.1.99/24")
        net.printer.address_del("10.0.1.2/24")  # and with it the others of its network
    else:
        mend(net, which)


def the_router_gives_way(net, which):
    if which == "c":
        net.left.address_del("10.0.1.3/24")
    else:
        mend(net, which)


def the_old_address_first(net, which):
    if which == "b":
        net.client.address_del("10.0.1.1/16")  # and with it the way to left, and the route through it
        net.client.address_add("10.0.1.1/24")
    else:
        mend(net, which)


SOLUTION = mend
WRONG = {
    "the routers are told to forward": (the_routers_are_told_to_forward, "timed out"),
    "a route at the wrong end": (a_route_at_the_wrong_end, "timed out"),
    "a way around the netmask": (a_way_around_the_netmask, "still believes"),
    "without the printer": (without_the_printer, "printer has lost its own address"),
    "the old address first": (the_old_address_first, "no route to any other segment"),
    "the router gives way": (the_router_gives_way, "should get b'hello'"),
}
