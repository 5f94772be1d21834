"""Every setting of the server, read once from the environment with the prefix CMA_."""

from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_NEEDED_IN_PRODUCTION = (
    "database_url",
    "redis_url",
    "public_url",
    "smtp_url",
    "email_from",
    "token_keys",
    "master_keys",
    "index_key",
    "storage",
)
_NEEDED_FOR_S3 = ("s3_bucket", "s3_region")


class OwnerSettings(BaseSettings):
    """What `migrate` and `maintain` read: they are run with the owner's address and with no secret of the server."""

    model_config = SettingsConfigDict(env_prefix="CMA_", frozen=True, extra="ignore")

    migration_url: SecretStr | None = None
    """The database as its owner, for migrations and administration only; a server that serves has no use for it."""
    event_retention_days: int = Field(default=7, ge=1, le=365)


class Settings(OwnerSettings):
    """The server's settings. In production a missing address or secret refuses the start, each by name."""

    needed_in_production: ClassVar[tuple[str, ...]] = _NEEDED_IN_PRODUCTION

    env: Literal["development", "test", "production"] = "development"
    """development: embedded servers and demo keys where nothing is configured; production: no defaults."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    """The address people reach the server at, for links in e-mails and the token issuer."""
    data_dir: Path = Path(".data")
    """Where the embedded servers, the development mailbox and the development keys live."""

    database_url: SecretStr | None = None
    """PostgreSQL as the role cma_app: postgresql://user:password@host/database."""
    redis_url: SecretStr | None = None
    read_pool_size: int = Field(default=10, ge=1, le=200)
    write_pool_size: int = Field(default=5, ge=1, le=200)
    connect_timeout_seconds: float = Field(default=5.0, gt=0)

    token_keys: SecretStr | None = None
    """Ed25519 seeds that sign access tokens: `keyid:base64[,keyid:base64…]`; the first signs, all verify."""
    master_keys: SecretStr | None = None
    """AES-256 keys that wrap the centres' data keys: `keyid:base64[,…]`; the first wraps, all unwrap."""
    index_key: SecretStr | None = None
    """Key of the blind indexes (base64, 32 bytes). It cannot be changed without re-indexing."""

    smtp_url: SecretStr | None = None
    email_from: str | None = None

    storage: Literal["folder", "s3"] | None = None
    """Where the files of documents are kept; unset outside production: a folder."""
    storage_folder: Path | None = None
    """The folder; unset: `documents` in the data directory."""
    s3_bucket: str | None = None
    s3_region: str | None = None
    s3_endpoint: str | None = None
    """Another server than Amazon's that speaks S3."""
    s3_access_key_id: str | None = None
    """Unset: the usual sources of AWS, such as the role of the machine."""
    s3_secret_access_key: SecretStr | None = None
    s3_kms_key_id: str | None = None
    """The key of AWS KMS that encrypts the files; unset: AES-256 of the bucket."""
    document_largest: int = Field(default=25 * 1024 * 1024, ge=1024, le=1024 * 1024 * 1024)
    """How many bytes a document's file has at most."""

    allowed_origins: tuple[str, ...] = ()
    """Origins that browsers may call from, besides our own (CORS); a JSON list in the environment."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For is believed; a JSON list in the environment."""
    playground: bool = True
    introspection: Literal["everyone", "signed-in", "nobody"] | None = None
    """Who may introspect; unset: everyone in development, the signed-in in production."""
    deadline_ms: int = Field(default=10_000, ge=100, le=120_000)
    max_body_bytes: int = Field(default=1_000_000, ge=1_000)
    max_tokens: int = Field(default=5_000, ge=100)
    max_fields: int = Field(default=1_000, ge=100)
    max_depth: int = Field(default=12, ge=2)
    max_aliases: int = Field(default=50, ge=1)
    max_directives: int = Field(default=50, ge=1)
    max_root_fields: int = Field(default=20, ge=1)
    max_cost: int = Field(default=20_000, ge=100)
    max_values: int = Field(default=5_000, ge=100)
    export_at_once: int = Field(default=2, ge=0, le=100)
    """How many lists a process gives out as CSV at once; each holds a connection of the read pool. 0: none at all."""
    export_seconds: int = Field(default=600, ge=1, le=7_200)
    """How long giving out one list may take, its client's reading included: as long its snapshot is held."""
    live_connections: int = Field(default=5_000, ge=0)
    """How many WebSockets and event streams a process keeps open at once. 0: none at all."""
    live_connections_of_one: int = Field(default=50, ge=1)
    """How many of them one person or key may have in a process."""
    live_operations: int = Field(default=100, ge=1)
    """How many operations may be under way at once on one WebSocket."""
    live_init_seconds: float = Field(default=5.0, gt=0)
    """How long a WebSocket may take to say who it is."""
    live_ping_seconds: float = Field(default=20.0, gt=0)
    """How often a connection is asked for a sign of life, and how long it may take to give one."""
    shutdown_seconds: int = Field(default=10, ge=1)
    """How long requests, or jobs, under way may go on when the server, or the worker, is told to stop."""
    worker_url: SecretStr | None = None
    """PostgreSQL as the role cma_worker, for `cma-graphql worker`; unset: database_url, which then names that role."""
    worker_at_once: int = Field(default=4, ge=2, le=100)
    """How many jobs a worker does at the same time; each holds a connection of the write pool."""
    worker_lease_seconds: float = Field(default=30.0, ge=1, le=600)
    """After how long without a sign of life from its worker a job is done by another one."""
    worker_alive: Path | None = None
    """A file that a worker writes anew every few seconds, for whoever watches whether it lives."""
    worker_metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """The port at which a worker shows its figures, at `CMA_HOST`; unset: nowhere."""
    metrics_token: SecretStr | None = None
    """What a caller from elsewhere shows to read /metrics; unset: this machine only."""
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _name_everything_missing(self) -> Self:
        """Refuse a production start that lacks an address or a secret, and settings that do not go together."""
        if self.env == "production":
            missing = [f"CMA_{name.upper()}" for name in self.needed_in_production if getattr(self, name) is None]
            if missing:
                raise ValueError(f"CMA_ENV=production needs {', '.join(missing)}")
        if self.export_at_once >= self.read_pool_size:
            raise ValueError("CMA_EXPORT_AT_ONCE has to be less than CMA_READ_POOL_SIZE: exports may not take them all")
        if self.storage == "s3":
            missing = [f"CMA_{name.upper()}" for name in _NEEDED_FOR_S3 if getattr(self, name) is None]
            if missing:
                raise ValueError(f"CMA_STORAGE=s3 needs {', '.join(missing)}")
        if (self.s3_access_key_id is None) != (self.s3_secret_access_key is None):
            raise ValueError("CMA_S3_ACCESS_KEY_ID and CMA_S3_SECRET_ACCESS_KEY belong together")
        return self

    @property
    def introspection_for(self) -> Literal["everyone", "signed-in", "nobody"]:
        """Who may introspect, the default of the environment applied."""
        if self.introspection is not None:
            return self.introspection
        return "signed-in" if self.env == "production" else "everyone"


class WorkerSettings(Settings):
    """What `worker` reads: it serves nobody and sends no letters, and so is given less."""

    needed_in_production: ClassVar[tuple[str, ...]] = ("database_url", "redis_url", "master_keys", "index_key")
