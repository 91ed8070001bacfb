"""One learner of many, through a hub: a server of their own, a kernel, a lesson, a panel, an exercise first failed.

Speaks JupyterHub's REST interface and Jupyter's messages over a WebSocket, as JupyterLab does.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any, NamedTuple

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

_SPAWN_S, _CELL_S = 600, 180

PANEL = """from labkit import Network
from labkit.panels import link_panel
_net = Network("one", "other")
link_panel(_net)"""
SET = {"kind": "set", "n": 1, "host": None, "name": "delay_ms", "value": 7}
AFTER = "assert _net.link.delay_ms == 7, _net.link\n_net.close()"


class Run(NamedTuple):
    """How it went: cells run, cells that failed (with what), seconds of each, seconds to the kernel and of all."""

    name: str
    cells: int
    failed: tuple[str, ...]
    seconds: tuple[float, ...]
    started: float
    took: float


class Cell(NamedTuple):
    """Code to run, whether an error is what it shows, and what must stand in its outputs."""

    source: str
    may_fail: bool = False
    shows: str = ""


class Hub(NamedTuple):
    """Where a hub is, and the token of one who may start everybody's servers."""

    url: str
    token: str

    async def ask(self, path: str, body: Any = None, method: str = "") -> Any:
        """Ask its REST interface; returns what it answers."""
        request = HTTPRequest(
            f"{self.url}/{path}",
            method=method or ("GET" if body is None else "POST"),
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
            request_timeout=_SPAWN_S,
        )
        answer = await AsyncHTTPClient().fetch(request)
        return json.loads(answer.body) if answer.body else None


async def learn(hub: Hub, name: str, cells: list[Cell], seen: asyncio.Barrier) -> Run:
    """Do all of it; what fails is told, and stops nothing.  Waits at *seen* before the kernel ends, twice."""
    began = time.monotonic()
    failed: list[str] = []
    seconds: list[float] = []
    kernel = None
    started = 0.0
    try:
        kernel = await _start(hub, name)
        started = time.monotonic() - began
        for cell in cells:
            said = await kernel.run(cell.source)
            seconds.append(said.seconds)
            if said.error and not cell.may_fail:
                failed.append(f"{cell.source[:60]!r}: {said.error}")
            elif cell.shows not in said.text:
                failed.append(f"{cell.source[:60]!r} shows no {cell.shows!r}: {said.text[-200:]!r}")
        failed += await kernel.use_panel()
    except Exception as error:  # told as this learner's
        failed.append(repr(error))
    took = time.monotonic() - began
    await seen.wait()  # all are at their end, and the memory of all is looked at
    await seen.wait()
    if kernel is not None:
        kernel.socket.close()
    return Run(name, len(seconds), tuple(failed), tuple(seconds), started, took)


class Said(NamedTuple):
    """What a cell gave."""

    seconds: float
    text: str
    error: str
    models: tuple[str, ...]


class Kernel:
    """A kernel of a learner's server, at the other end of a WebSocket."""

    def __init__(self, socket: WebSocketClientConnection):
        self.socket, self.session = socket, uuid.uuid4().hex

    async def send(self, kind: str, content: dict[str, Any]) -> str:
        """Send a message; returns its id."""
        number = uuid.uuid4().hex
        header = {
            "msg_id": number,
            "msg_type": kind,
            "session": self.session,
            "username": "learner",
            "version": "5.3",
            "date": "",
        }
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
        }
        await self.socket.write_message(json.dumps({**message, "buffers": []}))
        return number

    async def read(self) -> dict[str, Any]:
        """The next message.  Raises TimeoutError, and ConnectionError where there is none any more."""
        said = await asyncio.wait_for(self.socket.read_message(), _CELL_S)
        if said is None:
            raise ConnectionError("the kernel's WebSocket was closed")
        return (
            json.loads(said) if isinstance(said, str) else {"header": {"msg_type": ""}, "parent_header": {}}
        )

    async def run(self, source: str) -> Said:
        """Run a cell and wait for all that it gives."""
        began = time.monotonic()
        number = await self.send("execute_request", {"code": source, "silent": False, "store_history": True})
        text, error, models, open_ = [], "", [], {"reply", "idle"}
        while open_:
            message = await self.read()
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "stream":
                text.append(content["text"])
            elif kind in ("display_data", "execute_result"):
                text.append(str(content["data"].get("text/plain", "")))
                view = content["data"].get("application/vnd.jupyter.widget-view+json")
                models += [view["model_id"]] if view else []
            elif kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif kind == "execute_reply":
                open_.discard("reply")
            elif kind == "status" and content["execution_state"] == "idle":
                open_.discard("idle")
        return Said(time.monotonic() - began, "".join(text), error, tuple(models))

    async def use_panel(self) -> list[str]:
        """Show a panel of a cable, turn its knob as the page does, and see that the cable has changed."""
        said = await self.run(PANEL)
        if said.error or not said.models:
            return [f"the panel: {said.error or 'no widget'}"]
        await self.send(
            "comm_msg", {"comm_id": said.models[-1], "data": {"method": "custom", "content": SET}}
        )
        while True:
            message = await self.read()
            data = (
                message.get("content", {}).get("data", {})
                if message["header"]["msg_type"] == "comm_msg"
                else {}
            )
            if data.get("method") == "custom" and data["content"].get("n") == SET["n"]:
                break
        refused = data["content"].get("refused", "")
        after = await self.run(AFTER)
        return [f"the panel: {why}" for why in (refused, after.error) if why]


async def _start(hub: Hub, name: str) -> Kernel:
    """Start a learner's server and a kernel on it."""
    await hub.ask(f"hub/api/users/{name}", {})
    await hub.ask(f"hub/api/users/{name}/server", {})
    deadline = time.monotonic() + _SPAWN_S
    while not (await hub.ask(f"hub/api/users/{name}"))["servers"].get("", {}).get("ready"):
        if time.monotonic() > deadline:
            raise TimeoutError("the server did not start")
        await asyncio.sleep(1)
    kernel = await hub.ask(f"user/{name}/api/kernels", {"name": "python3", "path": ""})
    address = f"{hub.url.replace('http', 'ws', 1)}/user/{name}/api/kernels/{kernel['id']}/channels"
    headers = {"Authorization": f"token {hub.token}"}
    try:
        socket = await websocket_connect(HTTPRequest(address, headers=headers, request_timeout=_SPAWN_S))
    except HTTPClientError as error:
        raise ConnectionError(f"no WebSocket: {error}") from error
    return Kernel(socket)
