"""The solution, and wrong answers with words that each must be told."""

from __future__ import annotations


def kind(segment):
    if "R" in segment.flags:
        return "RST"
    if "S" in segment.flags:
        return "SYN-ACK" if "." in segment.flags else "SYN"
    if "F" in segment.flags:
        return "FIN"
    return "data" if segment.length else "ACK"


def kind_asks_for_ack_first(segment):
    return "ACK" if "." in segment.flags else kind(segment)


def kind_takes_push_for_data(segment):
    found = kind(segment)
    return ("data" if "P" in segment.flags else "ACK") if found in ("data", "ACK") else found


def kind_asks_for_data_before_fin(segment):
    return "data" if segment.length else kind(segment)


def kind_compares_whole_strings(segment):
    names = {"S": "SYN", "S.": "SYN-ACK", "F.": "FIN", "FP.": "FIN", "R": "RST", "R.": "RST"}
    return names.get(segment.flags, "data" if segment.length else "ACK")


def kind_forgets_reset_with_ack(segment):
    return "RST" if segment.flags == "R" else kind(segment) if "R" not in segment.flags else "ACK"


def kind_prints(segment):
    print(kind(segment))


SOLUTION = kind

WRONG = {
    "asks for ACK first": (kind_asks_for_ack_first, "ask for both before you ask for one"),
    "takes push for data": (kind_takes_push_for_data, "segment.length"),
    "asks for data before FIN": (kind_asks_for_data_before_fin, "FIN is asked for before data"),
    "compares whole strings": (kind_compares_whole_strings, "use `in`, not `==`"),
    "forgets a reset with ACK": (kind_forgets_reset_with_ack, "with or without the dot"),
    "prints and returns nothing": (kind_prints, "but returned None"),
}
