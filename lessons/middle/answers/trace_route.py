"""The solution of trace-route, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from socket import IP_TTL, IPPROTO_IP

from labkit.lessons.middle.reported import prober, reported


def trace_route(host, address, most=8, first=1, silent=None, end=True, forget=False):
    way = []
    with prober(host) as sock:
        for ttl in range(first, most + 1):
            sock.setsockopt(IPPROTO_IP, IP_TTL, ttl)
            sock.sendto(b"", (address, 33434))
            try:
                who, what = reported(sock, 0.5)
            except TimeoutError:
                if silent == "raises":
                    raise
                who, what = None, ""
                if silent == "ends":
                    return way
                if silent == "left out":
                    continue
            if what == "port unreachable" and forget:
                break
            way.append(who)
            if what == "port unreachable" and end:
                break
    return way


def begins_with_two(host, address, most):
    return trace_route(host, address, most, first=2)


def does_not_end_at_the_server(host, address, most):
    return trace_route(host, address, most, end=False)


def leaves_the_server_out(host, address, most):
    return trace_route(host, address, most, forget=True)


def ends_where_a_router_is_silent(host, address, most):
    return trace_route(host, address, most, silent="ends")


def leaves_silent_routers_out(host, address, most):
    return trace_route(host, address, most, silent="left out")


def cannot_bear_silence(host, address, most):
    return trace_route(host, address, most, silent="raises")


SOLUTION = trace_route
WRONG = {
    "begins with two": (begins_with_two, "one address for each hop"),
    "does not end at the server": (does_not_end_at_the_server, "that router is the first on the way"),
    "leaves the server out": (leaves_the_server_out, "that router is the first on the way"),
    "ends where a router is silent": (ends_where_a_router_is_silent, "the way goes on behind it"),
    "leaves silent routers out": (leaves_silent_routers_out, "the way goes on behind it"),
    "cannot bear silence": (cannot_bear_silence, "TimeoutError"),
}
