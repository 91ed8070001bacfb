"""A closed window, the probes of it, and the segments that open it are told apart on a ladder."""

from __future__ import annotations

from wire_samples import Talk

from labkit.pictures.ladders import ladder


def test_a_lost_update_and_the_answer_that_opens_the_window_say_so():
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6, window=0)
    talk.c(".", 5, 1, at=300).s(".", 1, 6, window=0, at=320)
    talk.s(".", 1, 6, at=400, lost=True)
    talk.c(".", 5, 1, at=800).s(".", 1, 6, at=820)
    talk.c("P.", 6, 1, b"on", at=840).s(".", 1, 8, at=860)
    rows = [
        row.split("│")[1].strip("─╌ ▶◀✗") for row in ladder(talk.trace()).text.splitlines() if "ACK" in row
    ]
    assert rows[-8:] == [
        "ACK  ack 6  win 0",
        "ACK  seq 5  ack 1  zero-window probe",
        "ACK  ack 6  win 0",
        "ACK  ack 6  win > 0",
        "ACK  seq 5  ack 1  zero-window probe",
        "ACK  ack 6  win > 0",
        'PSH, ACK  seq 6:8  "on"',
        "ACK  ack 8",
    ]
