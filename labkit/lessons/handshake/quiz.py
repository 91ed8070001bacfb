"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "handshake-exit",
        "Check yourself",
        (
            Ask(
                "On your web server 20,000 connections to the database are in TIME-WAIT. Who closed them first?",
                right="the web server",
                choices={
                    "the web server": (
                        "TIME-WAIT stands where the first FIN came from. The cure is to keep connections and use"
                        " them again: a pool."
                    ),
                    "the database": "Then TIME-WAIT would be in the database's table.",
                    "both, at the same moment": (
                        "That happens, and both sides wait then; but hardly 20,000 times in a row."
                    ),
                    "a firewall between them": "A firewall can send resets, and those leave no TIME-WAIT.",
                },
            ),
            Ask(
                "A client sends SYN, 5 bytes and FIN, numbered from 0. Which number acknowledges it all?",
                right="7",
                choices={
                    "5": "That is the number of the last byte. An acknowledgement names the next number.",
                    "6": "The FIN has a number, too.",
                    "7": "SYN 0, bytes 1 to 5, FIN 6: expected next is 7.",
                    "8": "One too many: the handshake's third segment and the ACKs take up no number.",
                },
            ),
            Ask(
                "`ss -tan` on your server shows 3,000 connections in CLOSE-WAIT, and more every hour. What is wrong?",
                right="your program does not close them",
                choices={
                    "your program does not close them": (
                        "The other side's FIN has come, and the kernel waits for your close(). Look for the path on"
                        " which the program forgets it, an error's most often."
                    ),
                    "the clients do not close their connections": (
                        "They did: CLOSE-WAIT begins when the other side's FIN has arrived."
                    ),
                    "the last ACK is lost on the way to the server": (
                        "That is LAST-ACK, and it ends by itself: the FIN is sent again until it is acknowledged."
                    ),
                    "the minute of TIME-WAIT is too long": (
                        "TIME-WAIT stands where the first FIN came from. Here the other side was first."
                    ),
                },
            ),
            Ask(
                "A capture of a slow transfer begins in the middle of the connection. It says `win 501`, and the tool"
                " says nothing of a scale. How many bytes does the receiver take?",
                right="nobody can tell",
                choices={
                    "501 bytes": "It may be: if one of the two SYNs carried no scale. The capture has neither.",
                    "64,128 bytes": "With a scale of 7, Linux's usual one, it would be. The capture does not say.",
                    "nobody can tell": (
                        "The scale was said once, in the SYN of the receiver, and holds only if both SYNs had one."
                        " Capture from the first segment on."
                    ),
                    "at most 65,535 bytes": "That is the largest number that fits into the field.",
                },
            ),
        ),
    ),
)
