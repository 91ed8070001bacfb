"""The solution of put-out, and wrong answers, each with words that it must be told."""

from __future__ import annotations


def put_out(members, is_gone, tell):
    while gone := [member for member in members if is_gone(member)]:
        for member in gone:
            members.remove(member)
        for member in gone:
            for other in members:
                tell(other, f"LEFT {member}")


def as_it_was(members, is_gone, tell):
    for member in members:
        if is_gone(member):
            members.remove(member)
            for other in members:
                tell(other, f"LEFT {member}")


def over_a_copy(members, is_gone, tell):
    for member in list(members):
        if is_gone(member):
            members.remove(member)
            for other in members:
                tell(other, f"LEFT {member}")


def a_list_of_its_own(members, is_gone, tell):
    gone = [member for member in members if is_gone(member)]
    members = [member for member in members if not is_gone(member)]
    for member in gone:
        for other in members:
            tell(other, f"LEFT {member}")


def once(members, is_gone, tell):
    gone = [member for member in members if is_gone(member)]
    members[:] = [member for member in members if member not in gone]
    for member in gone:
        for other in members:
            tell(other, f"LEFT {member}")


def tells_nobody(members, is_gone, tell):
    members[:] = [member for member in members if not is_gone(member)]


def backwards(members, is_gone, tell):
    for place in range(len(members) - 1, -1, -1):
        if is_gone(members[place]):
            gone = members.pop(place)
            for other in members:
                tell(other, f"LEFT {gone}")


SOLUTION = put_out
WRONG = {
    "as it was": (as_it_was, "is gone, and still in the list"),
    "over a copy": (over_a_copy, "take out all who are gone before you tell"),
    "a list of its own": (a_list_of_its_own, "bob is gone, and still in the list"),
    "once": (once, "fay has gone while the others were told, and is still in the list"),
    "tells nobody": (tells_nobody, "should be told 'LEFT bob' once, but was 0 times"),
    "backwards": (backwards, "take out all who are gone before you tell"),
}
