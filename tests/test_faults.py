"""A server that it depends on goes away and comes back: one code meanwhile, and recovery without a hand."""

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from cma_graphql.app import create_app
from cma_graphql.core.keyring import new_key
from cma_graphql.core.settings import Settings
from cma_graphql.persistence.embedded import EmbeddedPostgres, EmbeddedValkey
from support.logs import logged
from support.loopback import served
from support.outages import address, make_product_database, own_postgres, own_valkey

PATIENCE = 60
SIGN_IN = {"query": 'mutation { login(input: {email: "no@example.org", password: "none"}) { errors { code } } }'}
ANSWERED = {"login": {"errors": [{"code": "INVALID_CREDENTIALS"}]}}


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """Run a PostgreSQL of the test's own."""
    with own_postgres(tmp_path) as server:
        yield server


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """Run a Valkey of the test's own."""
    with own_valkey(tmp_path) as server:
        yield server


@pytest.fixture
async def product(postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path: Path) -> Any:
    """Serve the product over them; answer a client of it."""
    await make_product_database(postgres)
    settings = Settings(
        env="test",
        database_url=SecretStr(address(postgres)),
        redis_url=SecretStr(valkey.url),
        public_url="http://127.0.0.1",
        email_from="noreply@example.org",
        data_dir=tmp_path,
        connect_timeout_seconds=2,
        token_keys=SecretStr(f"test:{new_key()}"),
        master_keys=SecretStr(f"test:{b64encode(bytes(32)).decode()}"),
        index_key=SecretStr(new_key()),
    )
    # What is not configured draws slow tracebacks of the faults that these tests cause.
    with logged(), served(create_app(settings)) as origin, httpx.Client(base_url=origin, timeout=30) as client:
        yield client


def ask(client: httpx.Client) -> Any:
    """Ask for something that needs the database."""
    return client.post("/graphql", json=SIGN_IN).json()


def until(what: Callable[[], bool]) -> None:
    """Wait for something to become so."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline


def test_the_database_goes_away_and_comes_back(product: httpx.Client, postgres: EmbeddedPostgres) -> None:
    assert ask(product)["data"] == ANSWERED
    assert product.get("/readyz").json() == {
        "status": "ok",
        "checks": {"database": "ok", "redis": "ok", "storage": "ok"},
    }

    postgres.kill()
    for _ in range(3):
        refused = ask(product)
        assert [error["extensions"]["code"] for error in refused["errors"]] == ["UNAVAILABLE"]
    ready = product.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"status": "failed", "checks": {"database": "failed", "redis": "ok", "storage": "ok"}}
    assert product.get("/livez").status_code == 200

    postgres.start()
    until(lambda: bool(ask(product).get("data") == ANSWERED))
    until(lambda: product.get("/readyz").status_code == 200)


def test_without_redis_the_server_goes_on(product: httpx.Client, valkey: EmbeddedValkey) -> None:
    valkey.kill()
    assert ask(product)["data"] == ANSWERED
    ready = product.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "degraded",
        "checks": {"database": "ok", "redis": "degraded", "storage": "ok"},
    }
    valkey.start()
    until(lambda: bool(product.get("/readyz").json()["status"] == "ok"))
