"""The settings that each host of a network gets, whatever the machine's own are."""

from __future__ import annotations

from collections.abc import Sequence

CONGESTION = "net.ipv4.tcp_congestion_control"
FORWARD, FORWARD6 = "net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"
# What the machine's administrator may have set otherwise, set here to Linux's own defaults, or to what makes
# the same program give the same packets each time. ip-sysctl.rst of the kernel describes each.
SYSCTLS: list[tuple[str, int | str]] = [
    # The one that every machine lets a host choose (tcp_cong.c): CUBIC only where it is the machine's own default.
    (CONGESTION, "reno"),
    ("net.ipv4.tcp_timestamps", 1),
    ("net.ipv4.tcp_sack", 1),
    ("net.ipv4.tcp_window_scaling", 1),
    ("net.ipv4.tcp_ecn", 0),
    ("net.ipv4.tcp_fastopen", 0),
    ("net.ipv4.tcp_autocorking", 0),
    ("net.ipv4.tcp_no_metrics_save", 1),  # or one connection would start with what another had learned
    ("net.ipv4.tcp_syn_retries", 6),
    ("net.ipv4.tcp_synack_retries", 5),
    # Linux 6.5 and later: RFC 6298's doubling from the first retry on.
    ("net.ipv4.tcp_syn_linear_timeouts", 0),
    # No tail loss probe (RFC 8985, section 7): its timer, two round trips, can end within the same millisecond as a
    # delayed ACK arrives, and chance would decide what is sent again.
    ("net.ipv4.tcp_early_retrans", 0),
    ("net.ipv4.tcp_syncookies", 1),
    ("net.ipv4.tcp_rmem", "4096 131072 6291456"),
    ("net.ipv4.tcp_wmem", "4096 16384 4194304"),
    ("net.ipv4.tcp_fin_timeout", 60),
    ("net.ipv4.ip_local_port_range", "32768 60999"),
    ("net.ipv4.ip_unprivileged_port_start", 0),  # the notebook may bind port 80 of a host
    ("net.ipv4.ping_group_range", "0 0"),
    ("net.ipv4.icmp_ratelimit", 0),
    ("net.ipv4.conf.all.rp_filter", 0),
    ("net.ipv4.conf.default.rp_filter", 0),
    ("net.core.somaxconn", 4096),
]
NO_IPV6: list[tuple[str, int | str]] = [
    ("net.ipv6.conf.all.disable_ipv6", 1),
    ("net.ipv6.conf.default.disable_ipv6", 1),
]


def forwarding(interface: str) -> str:
    """The setting that says whether a host forwards what comes in at one of its interfaces."""
    return f"net.ipv4.conf.{interface}.forwarding"


def of_host(interfaces: Sequence[str], *, several: bool, ipv6: bool) -> list[tuple[str, int | str]]:
    """What a host gets besides, for its interfaces ("eth0" …): on a network of several segments it forwards if it has
    more than one, and neither sends redirects (RFC 1122, section 3.2.2.2) nor follows any: routes are what they are.
    """
    found: list[tuple[str, int | str]] = []
    for name in interfaces if ipv6 else ():
        found += [
            (f"net.ipv6.conf.{name}.accept_dad", 0),
            (f"net.ipv6.conf.{name}.router_solicitations", 0),
        ]
    if not several:
        return found
    forwards = int(len(interfaces) > 1)
    found.append(
        (FORWARD, forwards)
    )  # first: it sets others with it (inet_forward_change() in net/ipv4/devinet.c)
    found += [(FORWARD6, forwards)] if ipv6 else []
    for name in ("all", *interfaces):
        found += [
            (f"net.ipv4.conf.{name}.send_redirects", 0),
            (f"net.ipv4.conf.{name}.accept_redirects", 0),
            (f"net.ipv4.conf.{name}.rp_filter", 0),
        ]
        found += [(f"net.ipv6.conf.{name}.accept_redirects", 0)] if ipv6 else []
    return found
