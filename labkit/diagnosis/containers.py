"""The flags with which a container gives the full mode; tests hold Dockerfile, .devcontainer and deploy/ to them.

Sources: docker-run(1) and podman-run(1) on --security-opt and --device.  `seccomp=unconfined` lets the wire make
namespaces, `systempaths=unconfined` lets each host have its own settings in /proc/sys.  The device is the quicker of
two ways to make a cable; without it the wire uses veth pairs.
"""

from __future__ import annotations

IMAGE = "labkit"
FLAGS = {
    "docker": "--security-opt seccomp=unconfined --security-opt systempaths=unconfined --device /dev/net/tun",
    "podman": "--security-opt seccomp=unconfined --security-opt unmask=ALL --device /dev/net/tun",
}
# Docker's own AppArmor profile (docker-default) refuses every write below /proc/sys/net.
APPARMOR_FLAG = "--security-opt apparmor=unconfined"
# Kubernetes' names for the same: containerd's AppArmor profile refuses what Docker's does, and the API takes Unmasked
# with hostUsers: false only.
KUBERNETES = (
    "in Kubernetes: hostUsers: false of the pod; seccompProfile.type: Unconfined,"
    " appArmorProfile.type: Unconfined and procMount: Unmasked of the container's securityContext"
)


def run_command(engine: str = "docker") -> str:
    """The command that opens JupyterLab on the start page, from an image built of the checkout's Dockerfile."""
    return f"{engine} run --rm -it -p 127.0.0.1:8888:8888 {FLAGS[engine]} {IMAGE}"


def build_command(engine: str = "docker") -> str:
    """The command that builds the image, typed in the checkout."""
    return f"{engine} build -t {IMAGE} ."
