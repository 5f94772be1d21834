"""The wheel serves as the image holds it: installed beside the migrations, read-only, with the source tree nowhere."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from cma_graphql.core.keyring import new_key
from cma_graphql.persistence.embedded import EmbeddedServers
from cma_graphql.persistence.preparing import make_database
from support.databases import Databases
from support.loopback import free_port

ROOT = Path(__file__).parents[1]
PATIENCE = 60


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Install the wheel as docker/Dockerfile does: /app/src from it, /app/migrations beside; nothing may be written."""
    checkout, app = tmp_path / "checkout", tmp_path / "app"
    dust = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", checkout / "src", ignore=dust)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, checkout)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheel = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(checkout)]
    subprocess.run([*pip, *wheel], check=True)
    (built,) = tmp_path.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", str(app / "src"), str(built)], check=True)
    shutil.copytree(ROOT / "migrations", app / "migrations", ignore=dust)
    shutil.rmtree(checkout)
    for path in [app, *app.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return app


@pytest.fixture
async def empty(databases: Databases) -> str:
    """Make a database with the roles and nothing else in it; answer its name."""
    name = f"clone_{os.getpid()}_installed"
    await make_database(databases.superuser, name)
    return name


def command(image: Path, *words: str) -> list[str]:
    """Answer the command line of the entry point."""
    return [sys.executable, str(image / "src" / "bin" / "cma-graphql"), *words]


def surroundings(image: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Answer an environment that knows the image, the settings and nothing else."""
    return {"PATH": os.defpath, "PYTHONPATH": str(image / "src"), "PYTHONDONTWRITEBYTECODE": "1", **settings}


def test_it_migrates_and_serves_from_the_wheel(
    image: Path, empty: str, databases: Databases, servers: EmbeddedServers, tmp_path: Path
) -> None:
    before = sorted(image.rglob("*"))
    owner = surroundings(image, {"CMA_ENV": "production", "CMA_MIGRATION_URL": databases.owner(empty)})
    migrated = subprocess.run(
        command(image, "migrate"), env=owner, cwd=image, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert migrated.returncode == 0, migrated.stderr
    port = free_port()
    settings = {
        "CMA_ENV": "production",
        "CMA_PORT": str(port),
        "CMA_DATABASE_URL": databases.app(empty),
        "CMA_REDIS_URL": servers.redis_url,
        "CMA_PUBLIC_URL": "https://graphql.example.org",
        "CMA_SMTP_URL": "smtp://127.0.0.1:9",
        "CMA_EMAIL_FROM": "noreply@example.org",
        "CMA_TOKEN_KEYS": f"k1:{new_key()}",
        "CMA_MASTER_KEYS": f"k1:{new_key()}",
        "CMA_INDEX_KEY": new_key(),
        "CMA_STORAGE": "folder",
        "CMA_STORAGE_FOLDER": str(tmp_path / "files"),
    }
    log = tmp_path / "log"
    with log.open("w") as stream:
        server = subprocess.Popen(
            command(image, "serve"), env=surroundings(image, settings), cwd=image, stderr=stream, stdout=stream
        )
    try:
        ready = wait_until_ready(f"http://127.0.0.1:{port}", server)
        assert ready == {"status": "ok", "checks": {"database": "ok", "redis": "ok", "storage": "ok"}}, log.read_text()
        loaded = subprocess.run(
            [sys.executable, "-c", "import cma_graphql; print(cma_graphql.__file__)"],
            env=surroundings(image, {}),
            capture_output=True,
            text=True,
            check=True,
        )
        assert loaded.stdout.startswith(str(image))
    finally:
        server.send_signal(signal.SIGTERM)
        ended = server.wait(PATIENCE)
    assert ended in (0, -signal.SIGTERM)
    assert "Application shutdown complete" in log.read_text()
    assert "maintenance.failed" not in log.read_text()
    assert sorted(image.rglob("*")) == before


def wait_until_ready(address: str, server: "subprocess.Popen[bytes]") -> object:
    """Ask until the server answers; answer what it says of itself."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return httpx.get(f"{address}/readyz", timeout=5).json()
        except httpx.TransportError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server was not ready in time"
            time.sleep(0.1)
