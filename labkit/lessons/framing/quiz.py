"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "framing-exit",
        "Four situations from work",
        (
            Ask(
                "A server reads one command with `recv(4096)`. Commands have at most 300 bytes. In the test all is"
                " well; under load some commands are said to be malformed. What is the likeliest cause?",
                right="one recv gave more than a command",
                choices={
                    "one recv gave more than a command": "Under load the server reads later, and"
                    " finds more in the queue. recv knows no commands.",
                    "the buffer is too small for all of them": "4,096 bytes hold any command. A larger one makes it"
                    " worse: more of them fit.",
                    "TCP lost a segment of it": "What TCP loses it sends again. A program never sees a hole.",
                    "Nagle's algorithm damages small writes": "It may put writes together, which is allowed; it never"
                    " changes a byte. Switching it off only makes the bug rarer.",
                },
            ),
            Ask(
                "Somebody mends it: the client waits 50 ms after each send, and the errors are gone. Is that a cure?",
                right="no: a slow reader brings them back",
                choices={
                    "no: a slow reader brings them back": "So do a lost segment and a long message. The"
                    " boundary is still nowhere in the bytes; the pause only makes a lucky cut likelier.",
                    "yes, as long as the round trip is below 50 ms": "When bytes are read is up to the reader, and"
                    " when they come up to the network; neither knows of the pause.",
                    "yes, together with TCP_NODELAY": "That decides when small segments leave. What recv finds in the"
                    " queue it does not decide.",
                },
            ),
            Ask(
                "Your C# client writes the length with `BitConverter.GetBytes(length)`. A Python server with"
                " `struct.unpack('!I', …)` and no limit hangs at the first message. Why is that?",
                right="it waits for 16 million bytes or more",
                choices={
                    "it waits for 16 million bytes or more": "A small little-endian length, read"
                    " big-endian, is huge. With a limit the server would have said so at once.",
                    "C# sends the length as text, not as bytes": "BitConverter gives four bytes. Their order is"
                    " the trouble.",
                    "Python cannot read what C# wrote": "Bytes are bytes. The two disagree about which comes first:"
                    " use BinaryPrimitives, or '<I'.",
                },
            ),
            Ask(
                "You have a new decoder. Which test tells most about it?",
                right="one short stream, cut in every way",
                choices={
                    "one short stream, cut in every way": "That is what a decoder promises, and"
                    " a short stream can be tried completely.",
                    "a million messages over localhost": "Over localhost the cuts are nearly always the same kind ones."
                    " A million repetitions of the lucky case prove one case.",
                    "encode, then decode at once, random messages": "It tests the format, which rarely is wrong, and"
                    " leaves out the cuts, which are the trouble.",
                },
            ),
        ),
    ),
)
