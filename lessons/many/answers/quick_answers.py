"""The solution of quick-answers, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import asyncio
import threading


async def answer(reader, writer, lookup):
    while question := await reader.readline():
        writer.write(await asyncio.to_thread(lookup, question))
        await writer.drain()
    writer.close()


async def as_given(reader, writer, lookup):
    while question := await reader.readline():
        writer.write(lookup(question))
        await writer.drain()
    writer.close()


async def in_a_coroutine(reader, writer, lookup):
    async def look_up(question):
        return lookup(question)

    while question := await reader.readline():
        writer.write(await look_up(question))
        await writer.drain()
    writer.close()


async def lets_go_once(reader, writer, lookup):
    while question := await reader.readline():
        await asyncio.sleep(0)
        writer.write(lookup(question))
        await writer.drain()
    writer.close()


async def in_a_task(reader, writer, lookup):
    async def look_up(question):
        return lookup(question)

    while question := await reader.readline():
        writer.write(await asyncio.create_task(look_up(question)))
        await writer.drain()
    writer.close()


async def joins_a_thread(reader, writer, lookup):
    while question := await reader.readline():
        found = []
        thread = threading.Thread(
            target=lambda question=question, found=found: found.append(lookup(question))
        )
        thread.start()
        thread.join()
        writer.write(found[0])
        await writer.drain()
    writer.close()


async def forgets_to_await(reader, writer, lookup):
    while question := await reader.readline():
        writer.write(asyncio.get_running_loop().run_in_executor(None, lookup, question))
        await writer.drain()
    writer.close()


async def a_task_a_question(reader, writer, lookup):
    async def respond(question):
        writer.write(await asyncio.to_thread(lookup, question))

    async with asyncio.TaskGroup() as tasks:
        while question := await reader.readline():
            tasks.create_task(respond(question))
    writer.close()


async def gives_up(reader, writer, lookup):
    while question := await reader.readline():
        try:
            writer.write(await asyncio.wait_for(asyncio.to_thread(lookup, question), 0.05))
        except TimeoutError:
            continue
        await writer.drain()
    writer.close()


async def forgets_the_end(reader, writer, lookup):
    while question := await reader.readline():
        writer.write(await asyncio.to_thread(lookup, question))
        await writer.drain()
    kept.append(writer)


kept = []  # else Python 3.13 closes it when it is thrown away

SOLUTION = answer
WRONG = {
    "as given": (as_given, "blocks the loop's only thread"),
    "wraps it in a coroutine": (in_a_coroutine, "blocks the loop's only thread"),
    "lets go once": (lets_go_once, "blocks the loop's only thread"),
    "wraps it in a task": (in_a_task, "blocks the loop's only thread"),
    "waits for a thread": (joins_a_thread, "blocks the loop's only thread"),
    "forgets to await": (forgets_to_await, "raised TypeError"),
    "a task for each question": (a_task_a_question, "answered in their order"),
    "gives up on the slow": (gives_up, "answered in their order"),
    "forgets to close": (forgets_the_end, "close the writer"),
}
