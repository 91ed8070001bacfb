"""The solution of stage 2, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import re


def execute(store, client, command):
    match [command[0].upper(), *command[1:]]:
        case [b"PING"]:
            return "PONG"
        case [b"PING" | b"ECHO", word]:
            return word
        case [b"SET", key, value]:
            store[key] = value
            return "OK"
        case [b"GET", key]:
            return store.get(key)
        case [b"DEL", _, *_]:
            return sum(store.pop(key, None) is not None for key in command[1:])
        case [b"INCRBY", key, by]:
            numbers = store.get(key, b"0"), by
            if not all(re.fullmatch(rb"-?[0-9]{1,18}", number) for number in numbers):
                raise ValueError("ERR value is not an integer or out of range")
            store[key] = b"%d" % sum(map(int, numbers))
            return int(store[key])
        case [b"HELLO", b"2" | b"3" as version, *_]:
            client["protocol"] = int(version)
            return {b"server": b"redis", b"version": b"7.0.0", b"proto": int(version)}
        case [b"CLIENT", b"SETINFO", _, _]:
            return "OK"
    raise ValueError("ERR unknown command, or not with so many words")


SOLUTION = execute


def instead(**others):
    """The solution, but for these commands, which do something else."""

    def wrong(store, client, command):
        name = command[0].upper().decode()
        return others.get(name, execute)(store, client, command)

    return wrong


def encoded(store, client, command):
    return b"+PONG\r\n"


def by_capitals(store, client, command):
    if command[0] != command[0].upper():
        raise ValueError("ERR unknown command")
    return execute(store, client, command)


def stores_text(store, client, command):
    store[command[1].decode()] = command[2].decode()
    return "OK"


def truth(store, client, command):
    return store.get(command[1]) or None


def stores_numbers(store, client, command):
    store[command[1]] = int(store.get(command[1], 0)) + int(command[2])
    return store[command[1]]


def trusts_int(store, client, command):
    try:
        value = int(store.get(command[1], b"0")) + int(command[2])
    except ValueError:
        raise ValueError("ERR value is not an integer or out of range") from None
    store[command[1]] = b"%d" % value
    return value


def raises_its_own(store, client, command):
    value = int(store.get(command[1], b"0")) + int(command[2])
    store[command[1]] = b"%d" % value
    return value


def gives_the_error(store, client, command):
    try:
        return execute(store, client, command)
    except ValueError as error:
        return f"-{error}"


def takes_any(store, client, command):
    store[command[1]] = command[2]
    return "OK"


def deletes_one(store, client, command):
    return int(store.pop(command[1], None) is not None)


def hello_forgets(store, client, command):
    return {b"server": b"redis", b"version": b"7.0.0", b"proto": int(command[1])}


def hello_any(store, client, command):
    client["protocol"] = int(command[1])
    return {b"server": b"redis", b"version": b"7.0.0", b"proto": int(command[1])}


WRONG = {
    "encodes by itself": (encoded, "a str is sent as a status"),
    "capitals only": (by_capitals, "raised ValueError: ERR unknown command"),
    "stores text": (instead(SET=stores_text), "should return b'', but returned None"),
    "takes empty for missing": (instead(GET=truth), "an empty value is a value"),
    "stores numbers": (instead(INCRBY=stores_numbers), "all values are bytes, numbers too"),
    "int takes more": (instead(INCRBY=trusts_int), "int() takes more than numbers"),
    "int's own words": (instead(INCRBY=raises_its_own), "its words are the answer"),
    "returns the error": (gives_the_error, "should raise ValueError('ERR value is not an integer …')"),
    "deletes one": (instead(DEL=deletes_one), "the answer is how many there were"),
    "SET with anything": (instead(SET=takes_any), "who takes no expiry must not pretend to"),
    "HELLO without effect": (instead(HELLO=hello_forgets), "answered in the words of that protocol"),
    "HELLO to anything": (instead(HELLO=hello_any), "a client may try what comes next"),
}
