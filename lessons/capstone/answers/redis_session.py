"""The solution of stage 3, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from typing import ClassVar

from labkit.lessons.capstone.resp import encode


class Session:
    over = False

    def __init__(self, execute, store, commands):
        self.execute, self.store, self.commands = execute, store, commands
        self.client = {"protocol": 2}

    def receive(self, data):
        answers = []
        for command in self.commands.feed(data):
            try:
                if isinstance(command, ValueError):
                    self.over = True
                    raise command
                value = self.execute(self.store, self.client, command)
            except ValueError as error:
                value = error
            answers.append(encode(value, self.client["protocol"]))
        return b"".join(answers)


SOLUTION = Session


class Given:
    client, over = {"protocol": 2}, False

    def __init__(self, execute, store, commands):
        self.execute, self.store, self.commands = execute, store, commands

    def receive(self, data):
        for command in self.commands.feed(data):
            value = self.execute(self.store, self.client, command)
            return encode(value, self.client["protocol"])
        return b""


class LastAnswer(Session):
    def receive(self, data):
        answer = b""
        for command in self.commands.feed(data):
            value = self.execute(self.store, self.client, command)
            answer = encode(value, self.client["protocol"])
        return answer


class AllAtTheEnd(Session):
    def receive(self, data):
        values = [self.execute(self.store, self.client, command) for command in self.commands.feed(data)]
        return b"".join(encode(value) for value in values)


class LooksBefore(Session):
    def receive(self, data):
        answers = []
        for command in self.commands.feed(data):
            protocol = self.client["protocol"]
            answers.append(encode(self.execute(self.store, self.client, command), protocol))
        return b"".join(answers)


class StillShared(Session):
    shared: ClassVar[dict] = {}

    def __init__(self, execute, store, commands):
        super().__init__(execute, store, commands)
        self.client = self.shared
        self.client.setdefault("protocol", 2)

    def receive(self, data):
        self.shared.setdefault("protocol", 2)
        try:
            return super().receive(data)
        finally:
            if data.startswith(b"GET b"):
                self.shared.clear()  # so that each check begins anew


class StoreOfItsOwn(Session):
    def __init__(self, execute, store, commands):
        super().__init__(execute, dict(store), commands)


class LetsItRaise(Session):
    def receive(self, data):
        answers = []
        for command in self.commands.feed(data):
            value = self.execute(self.store, self.client, command)
            answers.append(encode(value, self.client["protocol"]))
        return b"".join(answers)


class StopsAtARefusal(Session):
    def receive(self, data):
        answers = []
        try:
            for command in self.commands.feed(data):
                value = self.execute(self.store, self.client, command)
                answers.append(encode(value, self.client["protocol"]))
        except ValueError as error:
            answers.append(encode(error))
        return b"".join(answers)


class GoesOn(Session):
    def receive(self, data):
        answer = super().receive(data)
        self.over = False
        return answer


class EndsAtARefusal(Session):
    def receive(self, data):
        answer = super().receive(data)
        self.over = self.over or b"-" in answer.replace(b"$-1", b"")
        return answer


WRONG = {
    "as given": (Given, "each has its answer, in order"),
    "gives the last answer": (LastAnswer, "each has its answer, in order"),
    "knows one protocol": (AllAtTheEnd, "look at the protocol when the command is done"),
    "looks at the protocol before": (LooksBefore, "the answer to HELLO is in the new protocol already"),
    "still shares the client": (StillShared, "holds for its own conversation"),
    "a store each": (StoreOfItsOwn, "all clients have the same store"),
    "lets a refusal raise": (LetsItRaise, "raised ValueError: ERR unknown command"),
    "stops at a refusal": (StopsAtARefusal, "and the conversation goes on"),
    "goes on where nothing can be read": (
        GoesOn,
        "behind a ValueError among the commands nothing can be read",
    ),
    "ends at a refusal": (EndsAtARefusal, "behind one of execute() all can"),
}
