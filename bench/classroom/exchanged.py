"""`PYTHON exchanged.py PLAN`: nbgrader's exchange from end to end, run by the Python that has nbgrader.

PLAN is JSON: the course's folder, the exchange's, the gradebook, the students' and what each hands in.  Prints JSON:
seconds that each step took, the marks, and what failed.  All students are one user of the machine here.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from traitlets.config import Config, PyFileConfigLoader


def main(path: str) -> None:
    """Run the plan."""
    plan = json.loads(Path(path).read_text(encoding="utf-8"))
    course, assignments, students = Path(plan["course"]), plan["assignments"], plan["students"]
    os.chdir(course)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.Exchange.root = plan["exchange"]
    config.Exchange.cache = str(Path(plan["exchange"]).parent / "cache")
    config.ExchangeCollect.check_owner = False
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.db_url = f"sqlite:///{plan['gradebook']}"
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    directory = CourseDirectory(config=config)
    api = NbGraderAPI(directory, Authenticator(config=config), ExchangeFactory(config=config), config=config)
    seconds: dict[str, float] = {}
    failed: list[str] = []

    def step(name: str, call: Any) -> None:
        began = time.monotonic()
        result = call() or {"success": True}
        if not result["success"]:
            failed.append(f"{name}: {result.get('log', '')[-1500:]}{result.get('error', '')[-1500:]}")
            print(failed[-1], file=sys.stderr)
        seconds[name] = round(seconds.get(name, 0) + time.monotonic() - began, 2)

    if plan.get("begin", True):
        for each in assignments:
            step("generate", lambda each=each: api.generate_assignment(each))
            step("release", lambda each=each: api.release_assignment(each))
        for student, work in students.items():
            home = Path(plan["homes"]) / student
            home.mkdir(parents=True, exist_ok=True)
            for each in assignments:
                step(
                    "fetch", lambda each=each, s=student, h=home: _exchange(api, config, h, s, each, "fetch")
                )
            for each, handed_in in work.items():
                _write(home / each, handed_in)
                step(
                    "submit",
                    lambda each=each, s=student, h=home: _exchange(api, config, h, s, each, "submit"),
                )
        for each in assignments:
            step("collect", lambda each=each: api.collect(each))
    graded: dict[str, float] = {}
    for student, work in students.items():
        for each in work:
            began = time.monotonic()
            step("autograde", lambda each=each, s=student: api.autograde(each, s))
            graded[f"{student} {each}"] = round(time.monotonic() - began, 2)
    if plan.get("feedback", True):
        for each in assignments:
            step("feedback", lambda each=each: api.generate_feedback(each))
            step("release feedback", lambda each=each: api.release_feedback(each))
        for student, work in students.items():
            home = Path(plan["homes"]) / student
            for each in work:
                step(
                    "fetch feedback",
                    lambda each=each, s=student, h=home: _exchange(api, config, h, s, each, "feedback"),
                )
    told = {"seconds": seconds, "marks": _marks(api, assignments), "failed": failed, "graded": graded}
    print(f"\n{json.dumps(told)}")


def _exchange(api: NbGraderAPI, config: Config, home: Path, student: str, assignment: str, what: str) -> Any:
    """A student's side of the exchange, in a home of their own."""
    directory = CourseDirectory(config=config, assignment_id=assignment, student_id=student, root=str(home))
    kind = {
        "fetch": api.exchange.FetchAssignment,
        "submit": api.exchange.Submit,
        "feedback": api.exchange.FetchFeedback,
    }
    own = Config(config)
    own.Exchange.assignment_dir = str(home)
    own.Exchange.cache = str(home / ".cache")
    before = os.getcwd()
    os.chdir(home)
    try:
        kind[what](coursedir=directory, authenticator=Authenticator(config=config), config=own).start()
    except Exception as error:
        return {"success": False, "error": f"{student} {assignment}: {error!r}"}
    finally:
        os.chdir(before)
    return None


def _write(folder: Path, handed_in: dict[str, Any]) -> None:
    """Do a student's work in the notebook that was fetched: some cells written, one put before all, files beside it."""
    (path,) = folder.glob("*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = handed_in.get("cells", {}).get(name, cell.source)
    if first := handed_in.get("first"):
        notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    nbformat.write(notebook, path)
    for name, text in handed_in.get("files", {}).items():
        (folder / name).write_text(text, encoding="utf-8")


def _marks(api: NbGraderAPI, assignments: list[str]) -> dict[str, Any]:
    with api.gradebook as book:
        return {
            assignment: {
                submission.student_id: {
                    grade.name: "by hand" if grade.needs_manual_grade else grade.auto_score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in book.assignment_submissions(assignment)
            }
            for assignment in assignments
        }


if __name__ == "__main__":
    main(sys.argv[1])
