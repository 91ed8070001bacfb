"""What a release says of itself: one version in all files, its notes, who may publish it; and how it is cited."""

from __future__ import annotations

import re
import shutil

import pytest
import yaml

import labkit
from tools import release
from tools.editions import ROOT

FILES = ("labkit/version.py", "CHANGELOG.md", "CITATION.cff")


@pytest.fixture
def repository(tmp_path):
    """A copy of what a release is made of, with a version of its own: repository(file, old, new) changes it."""
    (tmp_path / "labkit").mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)

    def change(name, old, new):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    change.root = tmp_path
    change("labkit/version.py", labkit.__version__, "4.5.6")
    change("CITATION.cff", f"version: {labkit.__version__}", "version: 4.5.6")
    change(
        "CHANGELOG.md",
        "## [Unreleased]",
        "## [Unreleased]\n\n## [4.5.6] - 2031-02-03\n\n### Added\n\n- A thing.\n\n## [4.5.5] - x",
    )
    return change


def test_the_notes_are_the_versions_part_of_the_changelog(repository):
    assert release.notes("v4.5.6", repository.root) == "### Added\n\n- A thing."


@pytest.mark.parametrize(
    ("tag", "changed", "said"),
    [
        ("4.5.6", (), "begins with v: v4.5.6"),
        ("v4.5.7", (), "labkit/version.py says 4.5.6, the tag 4.5.7"),
        ("v4.5.6", ("CITATION.cff", "version: 4.5.6", "version: 4.5.5"), "CITATION.cff says 4.5.5"),
        (
            "v4.5.6",
            ("CHANGELOG.md", "## [4.5.6] - 2031-02-03", "## Other"),
            r"CHANGELOG.md has no ## \[4.5.6\]",
        ),
        ("v4.5.6", ("CHANGELOG.md", " - 2031-02-03", ""), "names no day"),
        ("v4.5.6", ("CHANGELOG.md", "### Added\n\n- A thing.\n", ""), "has nothing under"),
    ],
)
def test_what_does_not_say_the_same_is_no_release(repository, tag, changed, said):
    if changed:
        repository(*changed)
    with pytest.raises(release.NotReleasable, match=said):
        release.notes(tag, repository.root)


def test_a_tag_of_today_is_told_what_is_missing(capsys):
    assert release.main([f"v{labkit.__version__}"]) in (0, 1)
    assert release.main(["v0.0.0"]) == 1
    assert "not this commit: labkit/version.py says" in capsys.readouterr().err


def test_it_is_cited_by_its_version_and_licence():
    """The keys that CFF 1.2.0 wants, and those of ours that other files say, too."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited) and cited["cff-version"] == "1.2.0"
    assert cited["version"] == labkit.__version__
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'license = "{cited["license"]}"' in project
    assert re.search(r'authors = \[\{ name = "(.*?)" \}\]', project)[1] == cited["authors"][0]["name"]


def test_only_one_job_may_publish_and_it_runs_nothing_of_ours():
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    may = {name: job.get("permissions", {}) for name, job in workflow["jobs"].items()}
    assert [name for name in may if may[name].get("id-token") == "write"] == ["publish"]
    assert not [step for step in workflow["jobs"]["publish"]["steps"] if "run" in step]
    assert workflow["jobs"]["publish"]["needs"] == "build"
    assert any("make dist" in step.get("run", "") for step in workflow["jobs"]["build"]["steps"])


@pytest.mark.parametrize("name", ["defect", "teaching"])
def test_issue_templates_ask_what_they_need(name):
    """As GitHub's form schema has it: a name, a description, and fields with ids of their own."""
    form = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{name}.yml").read_text(encoding="utf-8"))
    assert form["name"] and form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    ids = [field["id"] for field in fields]
    assert len(set(ids)) == len(ids) and all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)
