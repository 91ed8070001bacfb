"""The solution of outbox, and wrong answers, each with words that it must be told."""

from __future__ import annotations


class Outbox:
    def __init__(self, sock):
        self.sock, self.waiting = sock, bytearray()

    def put(self, message):
        self.waiting += message

    def flush(self):
        while self.waiting:
            try:
                sent = self.sock.send(self.waiting)
            except BlockingIOError:
                return False
            del self.waiting[:sent]
        return True


class AsItWas(Outbox):
    def __init__(self, sock):
        self.sock, self.waiting = sock, b""

    def flush(self):
        while self.waiting:
            try:
                sent = self.sock.send(self.waiting)
            except BlockingIOError:
                return False
            self.waiting = self.waiting[sent:]
        return True


class OnlyPut(Outbox):
    def flush(self):
        while self.waiting:
            try:
                sent = self.sock.send(bytes(self.waiting))
            except BlockingIOError:
                return False
            del self.waiting[:sent]
        return True


class OnlyFlush(Outbox):
    def __init__(self, sock):
        self.sock, self.waiting = sock, b""

    def flush(self):
        view = memoryview(self.waiting)
        start = 0
        try:
            while start < len(view):
                start += self.sock.send(view[start:])
        except BlockingIOError:
            self.waiting = self.waiting[start:]
            return False
        self.waiting = b""
        return True


class OneByOne(Outbox):
    def __init__(self, sock):
        self.sock, self.waiting = sock, []

    def put(self, message):
        self.waiting.append(memoryview(message))

    def flush(self):
        while self.waiting:
            try:
                sent = self.sock.send(self.waiting[0])
            except BlockingIOError:
                return False
            self.waiting[0] = self.waiting[0][sent:]
            if not self.waiting[0]:
                del self.waiting[0]
        return True


class JoinsAnew(Outbox):
    def __init__(self, sock):
        self.sock, self.waiting = sock, []

    def put(self, message):
        self.waiting.append(message)

    def flush(self):
        view = memoryview(b"".join(self.waiting))
        start = 0
        try:
            while start < len(view):
                start += self.sock.send(view[start:])
        except BlockingIOError:
            self.waiting = [bytes(view[start:])]
            return False
        self.waiting = []
        return True


class TakesAllForTaken(Outbox):
    def flush(self):
        try:
            if self.waiting:
                self.sock.send(self.waiting)
        except BlockingIOError:
            return False
        self.waiting = bytearray()
        return True


class SendsAtOnce(Outbox):
    def put(self, message):
        self.waiting += message
        self.flush()


class AsksForEver(Outbox):
    def flush(self):
        while self.waiting:
            try:
                del self.waiting[: self.sock.send(self.waiting)]
            except BlockingIOError:
                pass
        return True


class PutAlone:
    def __init__(self, sock):
        self.sock, self.waiting = sock, bytearray()

    def put(self, message):
        self.waiting += message


SOLUTION = Outbox
WRONG = {
    "half of it": (PutAlone, "the class has no flush()"),
    "as it was": (AsItWas, "each put() copies all that waits already"),
    "mends put alone": (OnlyPut, "each turn of flush() copies all that is left"),
    "mends flush alone": (OnlyFlush, "each put() copies all that waits already"),
    "a call for each message": (OneByOne, "not one message after the other"),
    "joins anew while the kernel is full": (JoinsAnew, "before it knows whether the kernel takes any"),
    "forgets the rest": (TakesAllForTaken, "bytes are left"),
    "sends in put": (SendsAtOnce, "put() called send()"),
    "asks for ever": (AsksForEver, "was still not done"),
}
