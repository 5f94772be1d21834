"""The linter of the deployment lets pass what is committed, and goes red on a copy that is broken."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import lint_deployment

Break = Callable[[str], str]
BROKEN: list[tuple[str, str, Break]] = [
    ("docker/Dockerfile", "docker/Dockerfile", lambda text: text.replace("python:3.13-slim-trixie", "python:latest")),
    ("docker/Dockerfile", "docker/Dockerfile", lambda text: text.replace('CMD ["serve"]', "CMD serve")),
    ("docker/Dockerfile", "docker/Dockerfile", lambda text: text + "PULL python:3.13\n"),
    ("docker/compose.yaml", "docker/compose.yaml", lambda text: text.replace("networks: [data]", "network: [data]")),
    ("docker/compose.yaml", "docker/compose.yaml", lambda text: text + "services: {}\n"),
    (
        "k8s/base/deployment.yaml",
        "k8s/base",
        lambda text: text.replace("readOnlyRootFilesystem", "readOnlyRoot"),
    ),
    ("k8s/base/service.yaml", "k8s/base", lambda text: text.replace("kind: Service", "kind: Servant")),
    ("k8s/base/autoscaler.yaml", "k8s/base", lambda text: text.replace("minReplicas: 2", "minReplicas: two")),
    ("k8s/base/autoscaler.yaml", "k8s/base", lambda text: text.replace("autoscaling/v2", "autoscaling/v2beta2")),
    ("k8s/base/service.yaml", "k8s/base", lambda _text: "kind: [\n"),
    (
        "k8s/administration.yaml",
        "k8s/administration.yaml",
        lambda text: text.replace("restartPolicy: Never", "restartPolicies: Never"),
    ),
    (
        "k8s/overlays/production/kustomization.yaml",
        "k8s/overlays/production",
        lambda text: text.replace("/spec/rules/0/host", "/spec/rules/7/host"),
    ),
    (
        "k8s/overlays/staging/kustomization.yaml",
        "k8s/overlays/staging",
        lambda text: text.replace("resources:\n  - ../../base", "bases:\n  - ../../base"),
    ),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what is deployed to a place where it may be broken."""
    for folder in ("docker", "k8s"):
        shutil.copytree(lint_deployment.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(".env", "tls"))
    return tmp_path


def test_what_is_committed_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_deployment.main() == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 6
    assert all(line.endswith(": no complaints") for line in said)


@pytest.mark.parametrize(("path", "where", "how"), BROKEN)
def test_what_is_broken_is_found(copy: Path, path: str, where: str, how: Break) -> None:
    whole = (copy / path).read_text(encoding="utf-8")
    assert how(whole) != whole
    (copy / path).write_text(how(whole), encoding="utf-8")
    assert lint_deployment.READERS[where](copy / where)


def test_a_broken_copy_ends_in_failure(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "docker" / "Dockerfile").unlink()
    assert lint_deployment.main(copy) == 1
    assert "docker/Dockerfile:\n" in capsys.readouterr().out
