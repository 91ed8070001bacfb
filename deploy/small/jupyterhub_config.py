# JupyterHub for one class on one machine with systemd: each learner is a user of the machine, and systemd holds each to
# limits (systemd.resource-control(5), systemd.exec(5)).  Needs: pip install jupyterhub jupyterhub-systemdspawner, and a
# proxy: npm install -g configurable-http-proxy (the one of that name for pip hands on ten requests at a time: see
# demo/).  As The Littlest JupyterHub has both, there all but the first three settings go into
# /opt/tljh/config/jupyterhub_config.d/labkit.py.
#
# UNTRIED: no machine that runs systemd was at hand. Each option is one of JupyterHub's 6.1.1 or SystemdSpawner's 1.0.2,
# with a value of its type, and a test has systemd itself read the limits.
from labkit.course.command import SETTINGS

c = get_config()  # noqa: F821  (JupyterHub reads this file)

c.JupyterHub.authenticator_class = "pam"  # who may log in to the machine; choose another that your school has
c.JupyterHub.spawner_class = "systemd"
c.Authenticator.allow_all = True  # whoever can log in may come in: JupyterHub's own default is nobody

c.SystemdSpawner.default_url = "/lab/tree/my-lessons/00_start.ipynb"
c.SystemdSpawner.mem_limit = "2G"
c.SystemdSpawner.cpu_limit = 1.0
c.SystemdSpawner.isolate_tmp = True
# A kernel's TCP ports are chosen by its server and taken later: two of many can get the same.  Unix sockets have names
# of their own, here in the learner's own /tmp.
c.Spawner.args = ["--KernelManager.transport=ipc"]
c.Spawner.environment = {"JUPYTER_RUNTIME_DIR": "/tmp/jupyter", "JUPYTER_CONFIG_PATH": str(SETTINGS)}
c.SystemdSpawner.isolate_devices = False  # /dev/net/tun is a device
c.SystemdSpawner.disable_user_sudo = False  # NoNewPrivileges: not needed, and no hindrance to user namespaces
c.SystemdSpawner.unit_extra_properties = {
    "MemorySwapMax": "0",
    "TasksMax": "2048",
    "LimitNOFILE": "4096",
    "LimitCORE": "0",
    "LimitFSIZE": "2G",
    "CPUWeight": "100",
    # Not "RestrictNamespaces": hosts are network namespaces in a user namespace of the learner's.
    "RestrictNamespaces": "no",
    "ProtectSystem": "full",
}


async def lay_lessons(spawner):
    """Lay the learner's own copy of the lessons as that user, never over work.  The hub goes on meanwhile."""
    import asyncio
    import pwd
    import sys

    user = pwd.getpwnam(spawner.user.name)
    laying = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "labkit", "lessons", "--copy", f"{user.pw_dir}/my-lessons"),
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        env={"HOME": user.pw_dir, "PATH": "/usr/bin:/bin"},
        cwd="/",
    )
    if status := await asyncio.wait_for(laying.wait(), 60):
        raise RuntimeError(
            f"the lessons could not be laid for {user.pw_name} (status {status}): see the hub's log"
        )


c.Spawner.pre_spawn_hook = lay_lessons
