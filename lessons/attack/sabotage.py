"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "cookies-for-nobody",
        "attack: the kernel sends no SYN cookies, whatever it was told",
        "attack",
        'server.sysctl("net.ipv4.tcp_syncookies", cookies)',
        'server.sysctl("net.ipv4.tcp_syncookies", 0)',
        ("attack", "solutions/attack"),
    ),
    Sabotage(
        "a-deadline-that-moves",
        "attack: the deadline for the whole request is one for each recv()",
        "attack",
        "seconds and monotonic() + seconds",
        "None",
        ("attack", "solutions/attack"),
    ),
    Sabotage(
        "a-rst-that-does-not-fit",
        "attack: the RST that should have the right number has another",
        "attack",
        "tcp.seq + len(tcp.payload) + off",
        "tcp.seq + len(tcp.payload) + off + 500",
        ("attack", "solutions/attack"),
    ),
    Sabotage(
        "a-lie-that-is-true",
        "attack: mallory tells the two their true addresses",
        "attack",
        "hwsrc=net.mallory.mac, psrc=about.address",
        "hwsrc=about.mac, psrc=about.address",
        ("attack", "solutions/attack"),
    ),
)
