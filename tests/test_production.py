"""In production nothing is assumed: what is missing is named, and nothing starts."""

import os
import subprocess
import sys

import pytest
from pydantic import ValidationError

from cma_graphql.core.settings import Settings

NEEDED = {
    "CMA_DATABASE_URL",
    "CMA_REDIS_URL",
    "CMA_PUBLIC_URL",
    "CMA_SMTP_URL",
    "CMA_EMAIL_FROM",
    "CMA_TOKEN_KEYS",
    "CMA_MASTER_KEYS",
    "CMA_INDEX_KEY",
    "CMA_STORAGE",
}


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every setting of ours out of the environment."""
    for name in list(os.environ):
        if name.startswith("CMA_"):
            monkeypatch.delenv(name)


@pytest.mark.usefixtures("nothing_set")
def test_everything_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMA_ENV", "production")
    monkeypatch.setenv("CMA_REDIS_URL", "redis://cache.example.org")
    with pytest.raises(ValidationError) as refused:
        Settings()
    message = str(refused.value)
    assert {name for name in NEEDED if name in message} == NEEDED - {"CMA_REDIS_URL"}


@pytest.mark.usefixtures("nothing_set")
def test_the_server_does_not_start() -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "CMA_ENV": "production"}
    ended = subprocess.run(
        [sys.executable, "-m", "cma_graphql", "serve"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert all(name in ended.stderr for name in NEEDED)
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["migrate", "maintain"])
def test_the_owners_commands_need_the_owners_address_and_nothing_else(command: str) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "CMA_ENV": "production"}
    ended = subprocess.run(
        [sys.executable, "-m", "cma_graphql", command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "CMA_MIGRATION_URL is not set" in ended.stderr
    assert not any(name in ended.stderr for name in NEEDED)
