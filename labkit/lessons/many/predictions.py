"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-listen": {
        "they return": "The kernel makes connections by itself, as many as the backlog allows. accept() only fetches"
        " what is made already.",
        "they wait": "connect() waits for the other kernel, and that one is not busy. Only its program is.",
        "they are refused": "A RST comes where nobody listens. Here somebody does.",
    },
    "listener-queue": {
        0: "They wait somewhere, and a connection that nobody has accepted waits in the listener's queue.",
        5: "For a listening socket it counts connections: those that are made, and that nobody has accepted.",
        80: "Five questions of 16 bytes: they are there, but in the receive buffers of the five connections.",
    },
    "silent-three": {
        "thread_each alone": "A loop does not need a thread for each: it asks the kernel who is ready, and the silent"
        " one never is.",
        "thread_each and coroutines": "A selector is what asyncio has inside. In both, one thread waits for all"
        " sockets, and not for one.",
        "all three": "None of them ever waits for one client while others have something to say.",
    },
    "recall-deaf": {
        "it returns": "It would, if its 600,000 bytes had room in the kernels' buffers, there and back. With buffers as"
        " small as here they have not.",
        "it waits": "The server cannot send back, so it stops reading, so its window closes, and the client waits for"
        " itself.",
        "it raises an error": "Nothing is wrong. A window that is closed may stay so for as long as one likes.",
    },
    "deaf-which": {
        "one_at_a_time alone": "select() said that the socket is readable, and recv() did not wait. But sendall() did,"
        " and the loop with it.",
        "selecting, too": "sendall() waits for room in one client's buffers, and the only thread stands in it.",
        "selecting and coroutines, too": "In asyncio a coroutine waits at drain(), and the loop goes on with the"
        " others.",
    },
    "thousand-threads": {
        "8 GB": "So much address space is set aside for the stacks, and no RAM, until a page is touched.",
        "about 1 GB": "That would be a megabyte a thread. This handler calls two functions deep, and touches a few"
        " pages of its stack.",
        "about 20 MB": "A few pages of stack, and what Python keeps for a thread.",
    },
    "out-of-files": {
        "it returns": "The handshake is the kernel's work, and a connection in the queue has no descriptor yet. It"
        " gets one from accept().",
        "it waits": "The queue has room for 100. A descriptor is needed only when accept() fetches a connection.",
        "it is refused": "The kernel refuses where nobody listens. This server listens, it only cannot accept.",
    },
    "two-threads": {
        "it waits behind the report": "So it would if sendall() were one step, or the socket had a lock for whole"
        " messages. It has neither.",
        "it lands in the report": "The first thread sleeps until much room is free; the second finds a little, and"
        " that is enough for 9 bytes.",
        "sendall() raises an error": "Two threads may use one socket. Nobody checks what they mean by it.",
    },
    "small-frames": {
        "none": "Then such a fault would be found on its first day.",
        "about half": "Threads take turns at any line, but not within what one send() gives to the kernel while there"
        " is room.",
        "all": "No send() ever had to wait, and the kernel takes what one brings as a whole, if there is room.",
    },
    "lock-waits": {
        "at once": "The first thread holds the lock, and will not let go before its report is with the kernel.",
        "in an hour": "It waits for the lock, whose owner waits for the client. A lock that is held across a call"
        " of the network lasts as long as that.",
        "never: that is a deadlock": "There is no circle: the client reads some day, and then all goes on.",
    },
    "blocking-coroutine": {
        0: "One thread runs the loop, and it stands in lookup(). Nobody is even accepted.",
        4: "A coroutine is no thread. There is one line of execution for all of them.",
        5: "That takes an await at which the coroutine lets go. lookup() has none.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-listen": "they return",
    "listener-queue": "5",
    "silent-three": "all three",
    "recall-deaf": "it waits",
    "deaf-which": "selecting, too",
    "thousand-threads": "about 20 MB",
    "out-of-files": "it returns",
    "two-threads": "it lands in the report",
    "small-frames": "all",
    "lock-waits": "in an hour",
    "blocking-coroutine": "0",
}
