"""The solution of send-parts, and wrong answers, each with words that it must be told."""

from __future__ import annotations


def send_parts(sock, parts):
    waiting = [memoryview(part) for part in parts if len(part)]
    while waiting:
        sent = sock.sendmsg(waiting[:1024])
        while waiting and sent >= len(waiting[0]):
            sent -= len(waiting.pop(0))
        if waiting:
            waiting[0] = waiting[0][sent:]


def parts_in_one_call(sock, parts):
    sock.sendmsg(parts)


def parts_one_by_one(sock, parts):
    for part in parts:
        sock.sendall(part)


def parts_joined(sock, parts):
    sock.sendall(b"".join(parts))


def parts_joined_for_sendmsg(sock, parts):
    rest = memoryview(b"".join(parts))
    while rest:
        rest = rest[sock.sendmsg([rest]) :]


def parts_without_a_limit(sock, parts):
    waiting = [memoryview(part) for part in parts if len(part)]
    while waiting:
        sent = sock.sendmsg(waiting)
        while waiting and sent >= len(waiting[0]):
            sent -= len(waiting.pop(0))
        if waiting:
            waiting[0] = waiting[0][sent:]


def parts_that_are_empty_for_ever(sock, parts):
    waiting = [memoryview(part) for part in parts]
    while waiting:
        sent = sock.sendmsg(waiting[:1024])
        while waiting and 0 < len(waiting[0]) <= sent:
            sent -= len(waiting.pop(0))
        if waiting:
            waiting[0] = waiting[0][sent:]


def parts_taken_from_the_caller(sock, parts):
    while parts:
        sent = sock.sendmsg(parts[:1024])
        while parts and sent >= len(parts[0]):
            sent -= len(parts.pop(0))
        if parts:
            parts[0] = memoryview(parts[0])[sent:]


def parts_from_their_beginning_again(sock, parts):
    waiting = [part for part in parts if len(part)]
    while waiting:
        sent = sock.sendmsg(waiting[:1024])
        while waiting and sent >= len(waiting[0]):
            sent -= len(waiting.pop(0))


SOLUTION = send_parts
WRONG = {
    "one call": (parts_in_one_call, "at most 1,024 parts"),
    "one by one": (parts_one_by_one, "in one call of sendmsg"),
    "joined": (parts_joined, "copied once more"),
    "joined, then given to sendmsg": (parts_joined_for_sendmsg, "copied once more"),
    "no limit": (parts_without_a_limit, "at most 1,024 parts"),
    "loops on empty parts": (parts_that_are_empty_for_ever, "was still not done"),
    "takes them from the caller's list": (parts_taken_from_the_caller, "a list of your own"),
    "begins a part again": (parts_from_their_beginning_again, "in the middle of a part"),
}
