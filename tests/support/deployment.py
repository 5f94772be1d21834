"""Reads what the product is deployed with: the Dockerfile, the compose file, the manifests that kustomize makes."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cma_graphql.core.keyring import new_key

ROOT = Path(__file__).parents[2]
OVERLAYS = ("staging", "production")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker/compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLES = {
    "CMA_DATABASE_URL": "postgresql://cma_app:secret@127.0.0.1:9/cma",
    "CMA_REDIS_URL": "redis://127.0.0.1:9/0",
    "CMA_SMTP_URL": "smtp://127.0.0.1:9",
    "CMA_PUBLIC_URL": "https://graphql.example.org",
    "CMA_EMAIL_FROM": "noreply@example.org",
    "CMA_TOKEN_KEYS": f"k1:{new_key()}",
    "CMA_MASTER_KEYS": f"k1:{new_key()}",
    "CMA_INDEX_KEY": new_key(),
    "CMA_METRICS_TOKEN": "a token",
    "CMA_S3_ACCESS_KEY_ID": "a key",
    "CMA_S3_SECRET_ACCESS_KEY": "a secret",
    "CMA_MIGRATION_URL": "postgresql://cma_owner:secret@127.0.0.1:9/cma",
}
"""A value of the right form for what a person fills in."""


@dataclass(frozen=True)
class Step:
    """One instruction of a Dockerfile, and the stage it belongs to."""

    stage: str
    word: str
    rest: str


def steps() -> list[Step]:
    """Answer the instructions of the Dockerfile, each on one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "docker/Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found, stage = [], ""
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            word, rest = line.split(" ", 1)
            stage = rest.rpartition(" AS ")[2] if word == "FROM" else stage
            found.append(Step(stage, word, rest))
    return found


def said(word: str, *, stage: str = "runtime") -> list[str]:
    """Answer what follows an instruction in a stage, once for each."""
    return [step.rest for step in steps() if (step.word, step.stage) == (word, stage)]


def exec_form(text: str) -> list[str]:
    """Answer the words of an instruction in its exec form, which needs no shell."""
    words: list[str] = json.loads(text[text.index("[") :])
    return words


@cache
def _built(directory: str) -> str:
    kubectl = Path(sys.executable).with_name("kubectl")
    done = subprocess.run(
        [str(kubectl), "kustomize", str(ROOT / "k8s" / directory)], capture_output=True, text=True, check=True
    )
    return done.stdout


def manifests(directory: str) -> list[dict[str, Any]]:
    """Answer the resources that kustomize makes of a directory of k8s."""
    return list(yaml.safe_load_all(_built(directory)))


API, WORKER = "cma-graphql", "cma-graphql-worker"
"""The two Deployments; where none is named, the API's is meant."""


def the(kind: str, overlay: str, name: str = "") -> dict[str, Any]:
    """Answer the one resource of a kind (and name) of an overlay."""
    every = manifests(f"overlays/{overlay}")
    name = API if (kind, name) == ("Deployment", "") else name
    (one,) = (each for each in every if each["kind"] == kind and name in ("", each["metadata"]["name"]))
    return one


def container(kind: str, overlay: str, name: str = "") -> dict[str, Any]:
    """Answer the one container of a Deployment or the Job."""
    (one,) = the(kind, overlay, name)["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = one
    return found


def pod_environment(kind: str, overlay: str, name: str = "") -> dict[str, str]:
    """Answer the environment of a Deployment's or the Job's container, with examples for what a Secret holds."""
    box = container(kind, overlay, name)
    found: dict[str, str] = {}
    for source in box.get("envFrom", []):
        found |= the("ConfigMap", overlay, source["configMapRef"]["name"])["data"]
    for variable in box["env"]:
        assert variable["valueFrom"]["secretKeyRef"]["key"] == variable["name"]
        found[variable["name"]] = EXAMPLES[variable["name"]]
    return found


def service_environment(name: str) -> dict[str, str]:
    """Answer the environment of a compose service, with examples for what stands in .env."""
    written: dict[str, str] = SERVICES[name].get("environment", {})
    return {
        key: re.sub(r"\$\{([A-Z_]+):\?\}", lambda found: EXAMPLES.get(found[1], "secret"), value)
        for key, value in written.items()
    }
