"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-last-state": {
        "the client's": "Who closes first sends the last ACK, and waits in case that is lost.",
        "the server's": "It closes second: its FIN is acknowledged, and it is done.",
        "both": "That happens only if both close at the same moment, before either has seen the other's FIN.",
    },
    "four-traces": {
        "1": "The wire carries what TCP makes of the bytes. Who waits for them, and how, is each program's own affair.",
        "2": "Threads and event loops differ in how they wait. What they send is the same.",
        "4": "A layer has no header of its own: nothing of it leaves the process.",
    },
    "who-shuts-down": {
        "raw": "It only returns, and then it is closed.",
        "Lines": "`socketserver` does so by itself after each handler: `shutdown_request`.",
        "streams and Protocol": "asyncio's transport closes its socket. It shuts down only for `write_eof()`.",
    },
    "asked-for": {
        "1": "A byte at a time would be a system call for each byte. Whole pieces are read, and cut later.",
        "1000": "`raw` asks for 1,000. You asked asyncio for a line, and it does not know how long that is.",
        "65536": "That is a stream's `limit`: a longer line makes `readline()` raise ValueError.",
        "262144": "256 KB, for each read. What came lies in asyncio's buffer, and you get lines from there.",
    },
    "begun-before": {
        "raw and Lines": "Their threads have nothing else to do: they wait in recv(), until the kernel has something.",
        "streams and Protocol": "The loop must not wait in a recv(): meanwhile it could serve nobody else.",
        "all four": "The loop calls recv() only when the kernel has told it that something has come.",
    },
    "most-memory": {
        "raw": "Nearly: a thread's stack and little else. One has a file on top of it.",
        "Lines": "It has a thread, too, and the buffer in which `rfile` reads.",
        "streams": "A task and a small buffer, and no stack: a coroutine keeps only the variables that it needs.",
        "Protocol": "It has not even a task: one object, and the transport.",
    },
    "handler-raises": {
        "b''": "The handler is over, and its socket is closed: a FIN, as if all were well.",
        "ConnectionResetError": "A socket that is closed with unread bytes sends an RST. These had been read.",
        "nothing: it waits": "That would be so if nobody closed the socket. Here somebody does, in both ways.",
    },
    "task-raises": {
        "the connection ends": "The handler would have to close it, and knows of no error: it waits for a line.",
        "an RST": "Nobody closes the socket, and the process lives.",
        "nothing": "The task has failed, and the handler reads on. From outside it looks like a slow server.",
    },
    "who-heard": {
        "nobody": "The error lies in the task until somebody asks, and it is in a set that nobody looks at.",
        "the loop": "It hears of it when the task is thrown away unasked. The set keeps that from happening.",
        "the handler": "An exception goes to whoever awaits the task, and the handler awaits only lines.",
    },
    "cancel-sends": {
        "a FIN": "To cancel is not to close. The writer would have to be closed by somebody.",
        "an RST": "That is an abort of the connection; what was cancelled is a wait in this process.",
        "nothing": "A wait has ended in this process. The socket is as it was.",
    },
    "after-close": {
        "its answer": "close() is about the listener. The connection has a socket, and a task, of its own.",
        "b''": "The server has to close each connection for that, and close() does not.",
        "ConnectionResetError": "So it would be if the process had ended. It waits for this very client.",
    },
    "new-client": {
        "is refused": "No socket listens on the port any more: the kernel answers with an RST.",
        "waits in the backlog": "The backlog belongs to the listener, and that is closed.",
        "is served": "It would need a listener, and that is what close() has closed.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-last-state": "the client's",
    "four-traces": "1",
    "who-shuts-down": "Lines",
    "asked-for": "262144",
    "begun-before": "raw and Lines",
    "most-memory": "Lines",
    "handler-raises": "b''",
    "task-raises": "nothing",
    "who-heard": "nobody",
    "cancel-sends": "nothing",
    "after-close": "its answer",
    "new-client": "is refused",
}
