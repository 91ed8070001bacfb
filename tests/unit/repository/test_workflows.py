"""The workflows of .github run what they name and nothing else, with no more rights and no longer than they need."""

from __future__ import annotations

import re

import pytest
import yaml

from tools.texts import ROOT

WORKFLOWS = {
    path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
}
USES = [line.strip(" -") for text in WORKFLOWS.values() for line in text.splitlines() if "uses: " in line]


def steps(name: str) -> list[dict]:
    jobs = yaml.safe_load(WORKFLOWS[name])["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def test_each_action_is_one_commit_and_its_version_is_said():
    assert USES, "none found"
    for use in USES:  # a tag can be moved to other code, a commit can not
        assert re.fullmatch(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use), use


def test_an_action_is_the_same_everywhere():
    pins: dict[str, set[str]] = {}
    for use in USES:
        name, _, pin = use.removeprefix("uses: ").partition("@")
        pins.setdefault(name, set()).add(pin)
    assert [name for name, found in pins.items() if len(found) > 1] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_job_has_an_end_and_may_read_unless_it_says_more(name):
    workflow = yaml.safe_load(WORKFLOWS[name])
    assert workflow["permissions"] == {"contents": "read"}
    assert [job for job, made in workflow["jobs"].items() if "timeout-minutes" not in made] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_token_lies_in_the_checkout_where_code_of_the_repository_runs(name):
    fetched = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert fetched and all(step["with"]["persist-credentials"] is False for step in fetched)


def test_what_is_published_comes_out_of_no_cache():
    assert [step for step in steps("release.yml") if "cache" in step.get("with", {})] == []
