"""The solution of fetch-again, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import asyncio
from random import random


async def fetch(connect, question, sleep=asyncio.sleep):
    for failures in range(5):
        if failures:
            await sleep(0.05 * 2**failures * random())
        try:
            reader, writer = await connect()
            try:
                writer.write(question)
                async with asyncio.timeout(0.1):
                    line = await reader.readline()
            finally:
                writer.close()
            if line.endswith(b"\n"):
                return line
            error = EOFError("half an answer")
        except OSError as failure:
            error = failure
    raise error


async def as_it_was(connect, question, sleep=asyncio.sleep):
    try:
        while True:
            try:
                reader, writer = await connect()
                writer.write(question)
                async with asyncio.timeout(0.1):
                    return await reader.readline()
            except OSError:
                continue
    finally:
        writer.close()


def tries(
    closes="finally", whole=True, pause=lambda n: 0.05 * 2**n * random(), caught=OSError, last=True, most=5
):
    async def fetch(connect, question, sleep=asyncio.sleep):
        error = None
        failures = 0
        while failures < most:
            if failures and pause:
                await sleep(pause(failures))
            failures += 1
            try:
                reader, writer = await connect()
                done = False
                try:
                    writer.write(question)
                    async with asyncio.timeout(0.1):
                        line = await reader.readline()
                    done = True
                finally:
                    if closes == "finally" or (closes == "failures" and not done):
                        writer.close()
                if line.endswith(b"\n") or not whole:
                    return line
                writer.close()
                error = EOFError("half an answer")
            except caught as failure:
                error = failure
        if last:
            raise error
        return None

    return fetch


SOLUTION = fetch
WRONG = {
    "as it was": (as_it_was, "close it in a finally that belongs to this try"),
    "closes nothing": (tries(closes="never"), "its last connection is still open"),
    "closes what failed": (tries(closes="failures"), "close the good one, too"),
    "takes a half": (tries(whole=False), "a whole line ends with a newline"),
    "no pause": (tries(pause=None), "a retry without a pause is a load"),
    "the same pause": (tries(pause=lambda n: 0.1 * random()), "its pauses do not grow"),
    "no chance": (tries(pause=lambda n: 0.05 * 2**n), "a hundred clients would keep step"),
    "says nothing at the end": (tries(last=False), "must be able to tell a failure from an answer"),
    "for ever": (tries(most=10_000), "5 tries at most"),
    "three tries": (tries(most=3), "it gave up after 3 tries"),
    "cannot be cancelled": (tries(caught=BaseException), "catch OSError, and nothing that is larger"),
}
