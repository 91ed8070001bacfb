"""What stands in deploy/ can be read by what reads it, and promises no more than was tried."""

from __future__ import annotations

import asyncio
import getpass
import os
import re
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from labkit.course.command import SETTINGS
from labkit.diagnosis.rows import FEWEST_PROCESSES
from tools import texts

DEPLOY = texts.ROOT / "deploy"


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


def test_the_machines_settings_are_names_of_the_kernels():
    lines = (DEPLOY / "small" / "90-labkit.conf").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"-?(user|kernel|fs)\.[a-z_.-]+ = \d+", line) for line in said)
    assert {"user.max_user_namespaces", "user.max_net_namespaces"} <= {line.split(" = ")[0] for line in said}


def test_a_pod_has_rights_in_a_user_namespace_of_its_own_or_none():
    values = yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text(encoding="utf-8"))
    rights = values["hub"]["config"]["KubeSpawner"]["container_security_context"]["capabilities"]["add"]
    assert set(rights) == {"SYS_ADMIN", "NET_ADMIN"}
    assert values["singleuser"]["extraPodConfig"] == {"hostUsers": False}
    assert values["singleuser"]["memory"]["limit"] == "2G"


def test_no_image_of_a_learners_holds_an_answer():
    made, _, image = (
        (DEPLOY / "kubernetes" / "Dockerfile")
        .read_text(encoding="utf-8")
        .partition("\nFROM ")[2]
        .partition("\nFROM ")
    )
    assert "rm -rf lessons notebooks/solutions tests" in made
    assert re.findall(r"^COPY .*$", image, flags=re.MULTILINE) == ["COPY --from=made /srv/labkit /srv/labkit"]


@pytest.mark.parametrize(
    "path", ["small/jupyterhub_config.py", "kubernetes/values.yaml", "kubernetes/Dockerfile"]
)
def test_what_was_not_tried_says_so(path):
    assert "UNTRIED" in (DEPLOY / path).read_text(encoding="utf-8")
