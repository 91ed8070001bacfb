"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "fast-exit",
        "Situations from work",
        (
            Ask(
                "A logger sends each line of 90 bytes by a `send` of its own, 40,000 a second, and takes a whole"
                " processor. Which change helps most?",
                right="send all lines that wait in one call",
                choices={
                    "send all lines that wait in one call": "Calls are what costs. Under load many lines wait, and one"
                    " call carries them all.",
                    "compress each line before it is sent": "That adds work to each, and makes no call less.",
                    "a reader on the other side with a larger buffer": "It gets what is there. Who sends is the one"
                    " that works.",
                },
            ),
            Ask(
                "A page asks a database 60 times, one question after the other, each 1 ms of work. In the same rack it"
                " takes 70 ms; from another city, 20 ms away and back, 1.3 s. What helps there?",
                right="to ask together what does not depend on each other",
                choices={
                    "a quicker database": "Its work is 60 ms of these 1,300.",
                    "a link with ten times the rate": "The questions are small; what they wait for is distance.",
                    "to ask together what does not depend on each other": "60 round trips are 1.2 s. Those that can"
                    " leave together are paid once.",
                },
            ),
            Ask(
                "With a pool of buffers, and only under load, a customer now and then gets the end of another's"
                " answer. What happens?",
                right="a buffer was given back too early",
                choices={
                    "a buffer was given back too early": "Somebody still had a view of it when the next one wrote into"
                    " it.",
                    "TCP mixes two connections up": "Ports and addresses tell them apart, and nothing is ever mixed.",
                    "the pool has made more buffers than it may have": "Then there would be more memory, and each"
                    " buffer still one's own.",
                },
            ),
            Ask(
                "After a change a benchmark is four times faster: batches of 500, sent when they are full. Users"
                " complain that the system is slow at night. Why?",
                right="a batch takes long to fill",
                choices={
                    "at night the machine saves power": "Perhaps, and by milliseconds. What is waited for here are"
                    " other people's messages.",
                    "a batch takes long to fill": "With one message a second the first waits for more than eight"
                    " minutes. Send what waits.",
                    "large batches are cut into more segments by TCP": "They fill segments better than small ones do.",
                },
            ),
            Ask(
                "An upload of 80 MB runs `while data: data = data[sock.send(data):]`. It takes a processor, and much"
                " longer than the network needs. What is wrong?",
                right="each turn copies all that is left",
                choices={
                    "each turn copies all that is left": "A slice of bytes is a copy. With a memoryview of it the same"
                    " line copies nothing.",
                    "send() may take only a part": "It may, and this line minds that. It is right, and slow.",
                    "80 MB do not fit into the kernel's send buffer": "They need not: send() takes what"
                    " fits.",
                },
            ),
        ),
    ),
)
