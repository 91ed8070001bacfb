"""The solution of chat-broadcast, and wrong answers, each with words that it must be told."""

from __future__ import annotations


async def broadcast(members, line):
    for member in tuple(members):
        try:
            member.write(line)
            await member.drain()
        except OSError:
            members.discard(member)


async def as_it_was(members, line):
    for member in members:
        member.write(line)
        await member.drain()


async def tries_around_the_loop(members, line):
    try:
        for member in tuple(members):
            member.write(line)
            await member.drain()
    except OSError:
        members.discard(member)


async def takes_out_of_what_it_goes_over(members, line):
    for member in members:
        try:
            member.write(line)
            await member.drain()
        except OSError:
            members.discard(member)


async def keeps_the_dead(members, line):
    for member in tuple(members):
        try:
            member.write(line)
            await member.drain()
        except OSError:
            pass


async def begins_again(members, line):
    while True:
        try:
            for member in members:
                try:
                    member.write(line)
                    await member.drain()
                except OSError:
                    members.discard(member)
        except RuntimeError:
            continue
        return


async def ends_where_it_changed(members, line):
    dead = set()
    try:
        for member in members:
            try:
                member.write(line)
                await member.drain()
            except OSError:
                dead.add(member)
    except RuntimeError:
        pass
    members -= dead


async def puts_back_what_there_was(members, line):
    alive = set()
    for member in tuple(members):
        try:
            member.write(line)
            await member.drain()
            alive.add(member)
        except OSError:
            pass
    members.clear()
    members.update(alive)


async def catches_everything(members, line):
    for member in tuple(members):
        try:
            member.write(line)
            await member.drain()
        except BaseException:
            members.discard(member)


SOLUTION = broadcast
WRONG = {
    "as it was": (as_it_was, "raised ConnectionResetError"),
    "tries around the loop": (tries_around_the_loop, "must not take the others along"),
    "takes out of what it goes over": (takes_out_of_what_it_goes_over, "raised RuntimeError"),
    "keeps the dead": (keeps_the_dead, "still among the members"),
    "begins again": (begins_again, "should get b'SAID ada hello\\n' once"),
    "ends where it changed": (ends_where_it_changed, "over what does not change"),
    "puts back what there was": (puts_back_what_there_was, "is no member afterwards"),
    "catches everything": (catches_everything, "should end by CancelledError"),
}
