"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "middle-exit",
        "Situations from work",
        (
            Ask(
                "A capture at the server shows a client far away. Which MAC address do its packets come from?",
                right="that of the server's router",
                choices={
                    "that of the server's router": "Each segment has frames of its own; the last router made this one.",
                    "the client's": "It went no further than the client's own segment.",
                    "none: far packets have no frame": "Whatever comes over Ethernet comes in a frame.",
                },
            ),
            Ask(
                "Over a VPN small pages load, large ones stand still, and nobody raises an error. What do you ask the"
                " firewall's keeper for?",
                right="to let ICMP type 3, code 4 pass",
                choices={
                    "to let ICMP type 3, code 4 pass": "Fragmentation needed: with it the servers learn which size"
                    " fits.",
                    "to open a larger range of ports": "The connection stands already. No port is missing.",
                    "for longer timeouts of connections": "Then it would stand still for longer.",
                },
            ),
            Ask(
                "A job holds a database connection through a NAT, and is silent for an hour at night. In the morning"
                " its first query fails, or hangs. What helps?",
                right="keep-alive probes, often enough",
                choices={
                    "keep-alive probes, often enough": "Each probe renews the entry. Or close the"
                    " connection, and make a new one when you need it.",
                    "a longer timeout for the query": "It waits longer for what does not come.",
                    "a fixed source port for the job": "The NAT knows connections, and forgets this one all the same.",
                },
            ),
            Ask(
                "`traceroute` shows `* * *` for the fourth hop, addresses for the fifth and sixth, and arrives. What is"
                " wrong?",
                right="nothing: that router keeps silent",
                choices={
                    "nothing: that router keeps silent": "It passes packets on, as those behind it prove, and reports"
                    " nothing.",
                    "the fourth router loses packets": "Then packets would be missing behind it, too.",
                    "the way leads through a black hole": "A black hole is a matter of size, and these packets are"
                    " small.",
                },
            ),
        ),
    ),
)
