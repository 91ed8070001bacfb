"""Dockerfile, .devcontainer and .binder: in step with the doctor's flags and with what the project asks for."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement

from labkit.diagnosis.containers import FLAGS, build_command, run_command
from tools.editions import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
FILES = [
    "Dockerfile",
    ".dockerignore",
    ".devcontainer/devcontainer.json",
    ".binder/environment.yml",
    ".binder/postBuild",
]
# Each instruction on one line, without its comments.
STEPS = [
    line.split(maxsplit=1)
    for line in re.sub(r"\\\n", "", re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE)).splitlines()
    if line.strip()
]


def steps(name: str) -> list[str]:
    return [words for instruction, words in STEPS if instruction == name]


def devcontainer() -> dict:
    text = (ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8")
    return json.loads(re.sub(r"(?m)^\s*//.*$", "", text))


def copied() -> list[str]:
    return [word for words in steps("COPY") for word in shlex.split(words)[:-1] if not word.startswith("--")]


# ---- The flags ----


def test_the_dockerfile_gives_the_commands_that_the_doctor_names():
    comments = " ".join(line.lstrip("# ") for line in DOCKERFILE.splitlines() if line.startswith("#"))
    assert build_command() in comments
    assert run_command() in comments


def test_the_dev_container_has_the_flags_that_the_doctor_names():
    assert devcontainer()["runArgs"] == FLAGS["docker"].split()


# ---- The Dockerfile ----


def test_what_the_dockerfile_copies_is_here_and_is_let_through():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in copied():
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignored, name
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    assert let_through == set(copied()), "what is let through and not copied costs time"


def test_the_image_is_official_supported_and_runs_as_an_ordinary_user():
    (base, *others) = steps("FROM")
    image, version = re.fullmatch(r"(python):(3\.\d+)-slim AS base", base).groups()
    assert (image, others) == ("python", ["base AS lab"])
    assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]
    assert steps("USER") == ["learner"]
    named = [at for at, (instruction, _) in enumerate(STEPS) if instruction in ("USER", "CMD")]
    assert STEPS[named[0]][0] == "USER", "JupyterLab runs as the ordinary user"


def test_packages_come_from_the_lock_with_their_hashes():
    installs = [words for words in steps("RUN") if "pip install" in words]
    assert all("--require-hashes -r requirements.lock" in words or "--no-deps" in words for words in installs)
    assert len(installs) == 2


def test_the_container_first_says_what_is_missing_and_then_opens_the_start_page():
    shell, option, line = json.loads(steps("CMD")[0])
    assert (shell, option) == ("sh", "-c")
    first, second = line.split("; ")
    assert first == "labkit doctor --short" and second.startswith("exec labkit lab -- ")
    assert steps("WORKDIR")[-1] == "/lab", "where labkit lab lays my-lessons"
    port = re.search(r"--port=(\d+)", second)[1]
    assert steps("EXPOSE") == [port] and f":{port}:{port} " in run_command()


# ---- .devcontainer ----


def test_the_dev_container_builds_on_the_dockerfile_and_uses_our_verbs():
    made = devcontainer()
    folder = ROOT / ".devcontainer"
    assert (folder / made["build"]["dockerfile"]).resolve() == ROOT / "Dockerfile"
    assert (folder / made["build"]["context"]).resolve() == ROOT
    assert f" AS {made['build']['target']}" in DOCKERFILE
    assert f"useradd --create-home --shell /bin/bash {made['remoteUser']}" in DOCKERFILE
    verbs = re.findall(r"\bmake ([a-z-]+)", made["postCreateCommand"] + "; " + made["postAttachCommand"])
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert verbs == ["environment", "lab"] and all(re.search(rf"(?m)^{verb}:", makefile) for verb in verbs)
    assert [str(port) for port in made["forwardPorts"]] == list(made["portsAttributes"])
    assert f"--port={made['forwardPorts'][0]}" in made["postAttachCommand"]
    assert all((ROOT / name).exists() for name in made["customizations"]["codespaces"]["openFiles"])


# ---- .binder ----


def test_binder_gets_what_the_lessons_need():
    binder, conda = (
        yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
        for name in (".binder/environment.yml", "environment.yml")
    )
    assert binder["channels"] == conda["channels"]
    python, *names = [name for name in binder["dependencies"] if name != "pip"]
    version = re.fullmatch(r"python=(3\.\d+)", python)[1]  # as repo2docker reads it
    assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]
    extras = PROJECT["optional-dependencies"]
    allowed = {str(Requirement(text)) for text in [*PROJECT["dependencies"], *extras["test"]]}
    allowed |= {str(Requirement(text)) for text in extras["build"]}
    asked = {
        str(Requirement(text)).replace("redis-py", "redis") for text in names
    }  # conda-forge's name for it
    assert asked <= allowed, asked - allowed
    assert {str(Requirement(text)) for text in PROJECT["dependencies"]} <= asked


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script, and its mode")
def test_binder_can_run_post_build_and_links_lead_to_the_start_page():
    script = ROOT / ".binder/postBuild"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["sh", "-n", script]).returncode == 0
    text = script.read_text(encoding="utf-8")
    folder, page = re.search(r"urlpath=lab/tree/(\S+)/(\S+\.ipynb)", text).groups()
    assert f"labkit lessons --copy {folder}\n" in text and (ROOT / "notebooks" / page).exists()


# ---- All of them ----


@pytest.mark.parametrize("name", FILES)
def test_they_say_that_they_are_untried_and_name_no_registry(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "ntried" in text or name == ".dockerignore"
    assert not re.search(r"://|[a-z]\.(io|com|org)\b(?!/)", re.sub(r"LICENSE\S*", "", text)), name
