# A JupyterHub to try on one machine: `make hub`.  A DEMO: everybody who knows the one password is whoever they say, and
# all of them are you: the same user of the machine, who can read and end what the others have.  For a class:
# deploy/small/ (one machine), deploy/kubernetes/ (a cluster).
import asyncio
import atexit
import os
import shutil
import sys
from pathlib import Path

from labkit.course.command import SETTINGS

c = get_config()  # noqa: F821  (JupyterHub reads this file)

here = Path(os.environ.get("LABKIT_HUB", "hub-demo")).resolve()  # homes, and what the hub remembers
here.mkdir(mode=0o700, exist_ok=True)
programs = Path(sys.prefix) / "bin"
port = os.environ.get("LABKIT_HUB_PORT", "8000")
lab = Path(sys.prefix).parent if (Path(sys.prefix).parent / "pyvenv.cfg").exists() else Path(sys.prefix)

c.JupyterHub.bind_url = f"http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ.get('LABKIT_HUB_INNER_PORT', '8081')}"
c.JupyterHub.db_url = f"sqlite:///{here / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(here / "cookie_secret")
c.JupyterHub.cleanup_servers = True

# The proxy is a Python program, so that no node.js is needed.  By itself it hands on ten requests at a time, and says
# 503 of what has waited for 20 seconds: thirty learners who begin together are more, and take longer.
PROXY = """
from configurable_http_proxy.cli import main
from tornado.httpclient import AsyncHTTPClient
AsyncHTTPClient.configure(None, max_clients=1000)
main()
"""
c.ConfigurableHTTPProxy.command = [sys.executable, "-c", PROXY, "--proxy-timeout=600000"]  # ms
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ.get('LABKIT_HUB_PROXY_PORT', '8001')}"
c.ConfigurableHTTPProxy.pid_file = str(here / "proxy.pid")

c.JupyterHub.authenticator_class = "shared-password"  # of eight characters at least
c.SharedPasswordAuthenticator.user_password = os.environ.get("LABKIT_HUB_PASSWORD", "handshake")
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(here / "homes" / "{username}")
c.Spawner.cmd = [str(programs / "jupyterhub-singleuser")]
# A kernel's TCP ports are chosen by its server and taken later: of thirty kernels that start at once, two got the same.
# Unix sockets have names of their own.  A name has at most 107 characters, so they lie in a folder with a short one.
sockets = Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp")) / f"labkit-hub-{os.getuid()}-{port}"
sockets.mkdir(mode=0o700, exist_ok=True)
if sockets.is_symlink() or sockets.stat().st_uid != os.getuid():
    raise PermissionError(f"{sockets} belongs to somebody else: set XDG_RUNTIME_DIR to a folder of your own")
atexit.register(shutil.rmtree, sockets, ignore_errors=True)
c.Spawner.args = ["--KernelManager.transport=ipc", *(["--allow-root"] if os.geteuid() == 0 else [])]
c.Spawner.notebook_dir = "~/my-lessons"
c.Spawner.default_url = "/lab/tree/00_start.ipynb"
c.Spawner.http_timeout = c.Spawner.start_timeout = 600  # where many start at once
c.Spawner.environment = {
    "JUPYTER_RUNTIME_DIR": lambda spawner: str(sockets / str(spawner.user.id)),
    "PATH": f"{programs}{os.pathsep}{lab / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    "JUPYTER_PATH": str(lab / "share" / "jupyter"),
    "JUPYTER_CONFIG_PATH": f"{SETTINGS}{os.pathsep}{lab / 'etc' / 'jupyter'}",
    "JUPYTERLAB_DIR": str(lab / "share" / "jupyter" / "lab"),
}
if token := os.environ.get("LABKIT_HUB_TOKEN"):  # for `make bench BENCH_ARGS=class`
    c.JupyterHub.services = [{"name": "bench", "api_token": token}]
    scopes = ["admin:users", "admin:servers", "access:servers"]
    c.JupyterHub.load_roles = [{"name": "bench", "services": ["bench"], "scopes": scopes}]


async def lay_lessons(spawner):
    """Lay the learner's own copy of the lessons, as `labkit lab` does: never over work.  The hub goes on meanwhile."""
    home = here / "homes" / spawner.user.name
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lay = [sys.executable, "-m", "labkit", "lessons", "--copy", str(home / "my-lessons")]
    laying = await asyncio.create_subprocess_exec(*lay, stdout=asyncio.subprocess.DEVNULL)
    if status := await laying.wait():
        raise RuntimeError(f"the lessons could not be laid into {home} (status {status}): see the hub's log")


c.Spawner.pre_spawn_hook = lay_lessons
