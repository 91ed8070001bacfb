# A JupyterHub to try on one machine: `make hub`.  A DEMO: everybody who knows the one password is whoever they say, and
# all of them are you: the same user of the machine, who can read and end what the others have.  For a class:
# deploy/small/ (one machine), deploy/kubernetes/ (a cluster).
import os
import subprocess
import sys
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub reads this file)

here = Path(os.environ.get("LABKIT_HUB", "hub-demo")).resolve()  # homes, and what the hub remembers
here.mkdir(mode=0o700, exist_ok=True)
programs = Path(sys.prefix) / "bin"
lab = Path(sys.prefix).parent if (Path(sys.prefix).parent / "pyvenv.cfg").exists() else Path(sys.prefix)

c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ.get('LABKIT_HUB_PORT', '8000')}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ.get('LABKIT_HUB_INNER_PORT', '8081')}"
c.JupyterHub.db_url = f"sqlite:///{here / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(here / "cookie_secret")
c.JupyterHub.cleanup_servers = True

# The proxy is a Python program, so that no node.js is needed.
c.ConfigurableHTTPProxy.command = [str(programs / "configurable-http-proxy")]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ.get('LABKIT_HUB_PROXY_PORT', '8001')}"
c.ConfigurableHTTPProxy.pid_file = str(here / "proxy.pid")

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ.get("LABKIT_HUB_PASSWORD", "network")
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(here / "homes" / "{username}")
c.Spawner.cmd = [str(programs / "jupyterhub-singleuser")]
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.notebook_dir = "~/my-lessons"
c.Spawner.default_url = "/lab/tree/00_start.ipynb"
c.Spawner.http_timeout = c.Spawner.start_timeout = 600  # where many start at once
c.Spawner.environment = {
    "PATH": f"{programs}{os.pathsep}{lab / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    "JUPYTER_PATH": str(lab / "share" / "jupyter"),
    "JUPYTER_CONFIG_PATH": str(lab / "etc" / "jupyter"),
    "JUPYTERLAB_DIR": str(lab / "share" / "jupyter" / "lab"),
}
if token := os.environ.get("LABKIT_HUB_TOKEN"):  # for `make bench BENCH_ARGS=class`
    c.JupyterHub.services = [{"name": "bench", "api_token": token}]
    scopes = ["admin:users", "admin:servers", "access:servers"]
    c.JupyterHub.load_roles = [{"name": "bench", "services": ["bench"], "scopes": scopes}]


def lay_lessons(spawner):
    """Lay the learner's own copy of the lessons, as `labkit lab` does: never over work."""
    home = here / "homes" / spawner.user.name
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    laid = [sys.executable, "-m", "labkit", "lessons", "--copy", str(home / "my-lessons")]
    subprocess.run(laid, check=True, stdout=subprocess.DEVNULL)


c.Spawner.pre_spawn_hook = lay_lessons
