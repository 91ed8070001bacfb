# A container in which every lesson runs live. In this folder:
#
#   docker build -t labkit .
#   docker run --rm -it -p 127.0.0.1:8888:8888 --security-opt seccomp=unconfined --security-opt systempaths=unconfined --device /dev/net/tun labkit
#
# then open the address that it prints. Without the flags it starts too: its first lines say what is missing, and the
# lessons run with real sockets on 127.0.0.1 and recordings. `-v labkit:/lab/my-lessons` keeps your work.
#
# Untried with Docker or Podman themselves. A test holds its flags to those that `labkit doctor` names.

# ---- what .devcontainer builds upon: a Python, make and git, and an ordinary user ----
FROM python:3.13-slim AS base
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git iproute2 make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --shell /bin/bash learner

# ---- the lab ----
FROM base AS lab
WORKDIR /lab
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml LICENSE LICENSE-lessons ./
COPY docs/package-index.md docs/
COPY labkit labkit
RUN python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --editable .
COPY --chown=learner:learner notebooks notebooks
RUN mkdir my-lessons && chown learner:learner my-lessons
USER learner
EXPOSE 8888
CMD ["sh", "-c", "labkit doctor --short; exec labkit lab -- --ip=0.0.0.0 --port=8888 --no-browser"]
