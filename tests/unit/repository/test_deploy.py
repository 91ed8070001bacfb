"""What stands in deploy/ can be read by what reads it, and promises no more than was tried."""

from __future__ import annotations

import asyncio
import getpass
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from labkit.course.command import SETTINGS
from labkit.diagnosis.containers import KUBERNETES
from labkit.diagnosis.rows import FEWEST_PROCESSES
from tools import texts

DEPLOY = texts.ROOT / "deploy"
VALUES = yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text(encoding="utf-8"))
SECURITY = VALUES["hub"]["config"]["KubeSpawner"]["container_security_context"]


class Settings:
    """As traitlets' configuration: any name may be set on any section."""

    def __init__(self) -> None:
        self.__dict__["set"] = {}

    def __getattr__(self, name: str) -> Any:
        return self.__dict__["set"].setdefault(name, Settings())

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__["set"][name] = value


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """What a hub's configuration sets."""
    monkeypatch.setenv("LABKIT_HUB", str(tmp_path / "hub"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("LABKIT_HUB_TOKEN", raising=False)

    def configure(name: str) -> Settings:
        settings = Settings()
        path = DEPLOY / name / "jupyterhub_config.py"
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), {"get_config": lambda: settings})
        return settings

    return configure


def lay(settings: Settings, name: str) -> None:
    asyncio.run(settings.Spawner.pre_spawn_hook(SimpleNamespace(user=SimpleNamespace(name=name))))


def test_the_demo_lays_lessons_for_this_machine_alone(configured, tmp_path):
    settings = configured("demo")
    lay(settings, "ada")
    assert (tmp_path / "hub" / "homes" / "ada" / "my-lessons" / "00_start.ipynb").exists()
    assert settings.JupyterHub.bind_url.startswith("http://127.0.0.1:")
    assert "services" not in vars(settings.JupyterHub)["set"], "no token but where one is asked for"


def test_the_demo_says_where_lessons_cannot_be_laid(configured, tmp_path):
    settings = configured("demo")
    home = tmp_path / "hub" / "homes" / "ada"
    home.mkdir(parents=True)
    (home / "my-lessons").write_text("not a folder", encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"could not be laid into .*ada"):
        lay(settings, "ada")


def test_the_small_hub_lays_lessons_as_the_learner(configured, monkeypatch, tmp_path):
    asked = []

    async def started(*command, **options):
        asked.append((command, options))
        return SimpleNamespace(wait=lambda: asyncio.sleep(0, 0))

    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    settings = configured("small")
    lay(settings, getpass.getuser())
    ((command, options),) = asked
    assert command[1:4] == ("-m", "labkit", "lessons") and command[-1].endswith("/my-lessons")
    assert options["extra_groups"] == [] and set(options) >= {"user", "group", "env"}


@pytest.mark.parametrize("name", ["demo", "small"])
def test_kernels_of_a_class_race_for_no_port(name, configured):
    settings = configured(name)
    assert "--KernelManager.transport=ipc" in settings.Spawner.args
    assert "JUPYTER_RUNTIME_DIR" in settings.Spawner.environment


@pytest.mark.parametrize("name", ["demo", "small"])
def test_jupyterlab_is_set_as_labkit_lab_sets_it(name, configured):
    assert str(SETTINGS) in configured(name).Spawner.environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)


def test_jupyterlab_is_set_so_in_the_image():
    said = (DEPLOY / "kubernetes" / "Dockerfile").read_text(encoding="utf-8")
    (path,) = re.findall(r"JUPYTER_CONFIG_PATH=(\S+)", said)
    assert f"/srv/labkit/{SETTINGS.relative_to(texts.ROOT).as_posix()}" in path.split(":")


def test_the_small_hub_holds_each_learner_to_limits(configured):
    settings = configured("small")
    limits = settings.SystemdSpawner.unit_extra_properties
    assert int(limits["TasksMax"]) >= FEWEST_PROCESSES and int(limits["LimitNOFILE"]) >= 4096
    assert all(isinstance(value, str) for value in limits.values())
    assert settings.SystemdSpawner.mem_limit == "2G" and limits["RestrictNamespaces"] == "no"


@pytest.mark.parametrize("name", ["demo", "small"])
def test_whoever_logs_in_may_come_in(name, configured):
    assert configured(name).Authenticator.allow_all is True, "JupyterHub 5 and newer let nobody in by default"


def unit(limits: dict[str, str], tmp_path) -> str:
    """What systemd says of a service with these limits: nothing, where it knows them all."""
    service = tmp_path / "learner.service"
    lines = ["[Service]", "ExecStart=/bin/true", *map("=".join, limits.items())]
    service.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(service)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60).stderr
    return "\n".join(line for line in said.splitlines() if service.name in line)


@pytest.mark.program("systemd-analyze")
def test_systemd_knows_each_limit_and_its_value(configured, tmp_path):
    limits = configured("small").SystemdSpawner.unit_extra_properties
    assert unit(limits, tmp_path) == ""
    for name in limits:
        wrong = limits | {name: "no such value"}
        assert unit(wrong, tmp_path) != "", name
    assert "Unknown key" in unit({"TasksMaximum": "512"}, tmp_path), "and one that it does not know"


def test_the_machines_settings_are_names_of_the_kernels():
    lines = (DEPLOY / "small" / "90-labkit.conf").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"-?(user|kernel|fs)\.[a-z_.-]+ = \d+", line) for line in said)
    names = [line.split(" = ")[0] for line in said]
    assert {"user.max_user_namespaces", "user.max_net_namespaces"} <= set(names)
    if sys.platform == "linux":  # one with a dash before it is not every kernel's (sysctl.d(5))
        here = [name for name in names if not name.startswith("-")]
        assert [name for name in here if not Path("/proc/sys", *name.split(".")).exists()] == []


def test_a_pod_has_rights_in_a_user_namespace_of_its_own_or_none():
    assert set(SECURITY["capabilities"]["add"]) == {"SYS_ADMIN", "NET_ADMIN"}
    assert VALUES["singleuser"]["extraPodConfig"] == {"hostUsers": False}
    assert VALUES["singleuser"]["memory"]["limit"] == "2G"


def test_a_pod_has_all_that_the_doctor_asks_of_kubernetes():
    asked = dict(re.findall(r"\b([a-z]\w+(?:\.type)?): (\w+)", KUBERNETES))
    pod = VALUES["singleuser"]["extraPodConfig"]
    given = {name: str(value).lower() for name, value in pod.items()}
    for name, value in SECURITY.items():
        if name != "capabilities":
            given |= {f"{name}.type": value["type"]} if isinstance(value, dict) else {name: value}
    assert asked == given


def test_a_password_is_long_enough_for_the_hub_and_whoever_has_it_may_come_in(configured, monkeypatch):
    monkeypatch.delenv("LABKIT_HUB_PASSWORD", raising=False)
    demo, config = configured("demo"), VALUES["hub"]["config"]
    assert demo.JupyterHub.authenticator_class == "shared-password"
    assert config["JupyterHub"]["authenticator_class"] == "shared-password"
    password = demo.SharedPasswordAuthenticator.user_password
    assert f"(`{password}`)" in (DEPLOY / "README.md").read_text(encoding="utf-8")
    for word in (password, config["SharedPasswordAuthenticator"]["user_password"]):
        assert len(word) >= 8, "or the hub does not start"
    assert config["Authenticator"]["allow_all"] is True


def let_through(name: str) -> bool:
    """Does Dockerfile.dockerignore let this file into the image?  The last pattern that fits says so."""
    passes = True
    for line in (DEPLOY / "kubernetes" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = re.escape(line.removeprefix("!")).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        if not line.startswith("#") and re.fullmatch(f"{pattern}(?:/.*)?", name):
            passes = line.startswith("!")
    return passes


def test_what_the_image_is_made_of_is_let_through_and_no_answer():
    made, _, image = (
        (DEPLOY / "kubernetes" / "Dockerfile")
        .read_text(encoding="utf-8")
        .partition("\nFROM ")[2]
        .partition("\nFROM ")
    )
    assert "RUN make environment && tools/environment .venv hub" in made
    project = tomllib.loads((texts.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = ["Makefile", "tools/environment", "requirements.lock", "requirements-hub.lock", "pyproject.toml"]
    needed += [project["readme"], *project["license-files"], "labkit/words.py", "notebooks/00_start.ipynb"]
    assert [name for name in needed if not (texts.ROOT / name).exists() or not let_through(name)] == []
    kept = [
        "notebooks/solutions/00_start.ipynb",
        "lessons/handshake/text.md",
        "tests/conftest.py",
        ".git/HEAD",
    ]
    assert [name for name in [*kept, "labkit/__pycache__/words.pyc"] if let_through(name)] == []
    assert re.findall(r"^COPY .*$", image, flags=re.MULTILINE) == ["COPY --from=made /srv/labkit /srv/labkit"]


@pytest.mark.parametrize(
    "path", ["small/jupyterhub_config.py", "kubernetes/values.yaml", "kubernetes/Dockerfile"]
)
def test_what_was_not_tried_says_so(path):
    assert "UNTRIED" in (DEPLOY / path).read_text(encoding="utf-8")
