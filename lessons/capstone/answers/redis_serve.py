"""The solution of stage 4, and wrong answers, each with words that it must be told."""

from __future__ import annotations


async def serve(reader, writer, session):
    try:
        while not session.over and (data := await reader.read(65_536)):
            writer.write(session.receive(data))
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


SOLUTION = serve


async def never_waits(reader, writer, session):
    try:
        while not session.over and (data := await reader.read(65_536)):
            writer.write(session.receive(data))
    except ConnectionError:
        pass
    finally:
        writer.close()


async def asks_once(reader, writer, session):
    writer.write(session.receive(await reader.read(65_536)))
    await writer.drain()
    writer.close()


async def waits_for_lines(reader, writer, session):
    try:
        while not session.over and (data := await reader.readline()):
            writer.write(session.receive(data))
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def forgets_to_close(reader, writer, session):
    try:
        while not session.over and (data := await reader.read(65_536)):
            writer.write(session.receive(data))
            await writer.drain()
    except ConnectionError:
        pass


async def closes_at_the_end(reader, writer, session):
    try:
        while not session.over and (data := await reader.read(65_536)):
            writer.write(session.receive(data))
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def goes_on(reader, writer, session):
    try:
        while data := await reader.read(65_536):
            writer.write(session.receive(data))
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def leaves_before_it_answers(reader, writer, session):
    try:
        while data := await reader.read(65_536):
            answer = session.receive(data)
            if session.over:
                break
            writer.write(answer)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def dies_with_its_client(reader, writer, session):
    try:
        while not session.over and (data := await reader.read(65_536)):
            writer.write(session.receive(data))
            await writer.drain()
    finally:
        writer.close()


async def catches_all(reader, writer, session):
    try:
        while not session.over and (data := await reader.read(65_536)):
            writer.write(session.receive(data))
            await writer.drain()
    except Exception:
        pass
    finally:
        writer.close()


WRONG = {
    "never waits": (never_waits, "write() never waits; after each, await writer.drain()"),
    "asks once": (asks_once, "what has come goes to the session"),
    "waits for a line": (waits_for_lines, "and what it gives goes out at once"),
    "forgets to close": (forgets_to_close, "what must happen in any case stands in a `finally`"),
    "closes when all is well": (closes_at_the_end, "raises a KeyError, and the connection stays open"),
    "does not ask whether it is over": (goes_on, "look at session.over each time"),
    "leaves before it answers": (leaves_before_it_answers, "send what the session gave"),
    "dies with its client": (dies_with_its_client, "clients die every day"),
    "catches all": (catches_all, "and nothing else"),
}
