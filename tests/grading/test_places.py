"""What students' code must not find is found by nbgrader's own configuration, wherever that has put it."""

from __future__ import annotations

import json
import subprocess

import pytest

from bench.classroom import run

pytestmark = pytest.mark.skipif(not run.PYTHON.exists(), reason="nbgrader is not installed: make grading")

ASK = """
import json, sys
from nbgrader.coursedir import CourseDirectory
from labkit.course.grading.places import private_to
for settings in json.loads(sys.argv[1]):
    print(json.dumps(private_to(CourseDirectory(root="/srv/net26", **settings), "/srv/exchange")))
"""

OURS = {"/srv/net26", "/srv/exchange"}
STEPS = {
    f"/srv/net26/{step}"
    for step in "source source_with_tests release submitted autograded feedback solution".split()
}
PLACES = [
    ({}, OURS | STEPS),
    ({"db_url": "sqlite:////disk/grades/x.db"}, OURS | STEPS | {"/disk/grades"}),
    ({"db_url": "sqlite+pysqlite:////disk/x.db?timeout=9"}, OURS | STEPS | {"/disk"}),
    ({"db_url": "sqlite:///books/x.db"}, OURS | STEPS | {"/srv/net26/books"}),
    ({"db_url": "sqlite:///:memory:"}, OURS | STEPS),
    ({"db_url": "postgresql://teacher:secret@grades/net26"}, OURS | STEPS),
    ({"source_directory": "/disk/solved"}, OURS | STEPS - {"/srv/net26/source"} | {"/disk/solved"}),
    ({"directory_structure": "/disk/{assignment_id}/{nbgrader_step}/{student_id}"}, OURS | {"/disk"}),
    ({"directory_structure": "of-{assignment_id}/{nbgrader_step}/{student_id}"}, OURS),
]


def test_the_course_its_steps_and_its_gradebook_are_found_wherever_they_are():
    asked = subprocess.run(
        [str(run.PYTHON), "-c", ASK, json.dumps([settings for settings, _ in PLACES])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    found = [set(json.loads(line)) for line in asked.stdout.splitlines()]
    assert found == [places for _, places in PLACES]
