"""Makes the parts of the application from the settings; what is missing is named."""

from uuid import UUID

from pydantic import SecretStr
from redis.asyncio import Redis

from cma_graphql.access.actor import system_of
from cma_graphql.core.access_tokens import AccessTokens, read_signing_keys
from cma_graphql.core.clock import now
from cma_graphql.core.keyring import parse_key, parse_keyring
from cma_graphql.core.settings import Settings
from cma_graphql.core.signed_addresses import SignedAddresses
from cma_graphql.core.vault import Vault
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.graph.limits import Limits
from cma_graphql.integrations.email.mailbox import MailboxSender
from cma_graphql.integrations.email.port import EmailSender
from cma_graphql.integrations.email.smtp import SmtpSender
from cma_graphql.integrations.storage.folder import FolderStore
from cma_graphql.integrations.storage.port import FileStore
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys, Keyring
from cma_graphql.persistence.throttle import Throttle
from cma_graphql.transport.live.answering import LiveBounds

AUDIENCE = "cma-graphql"


class SettingMissing(RuntimeError):
    """A setting without which nothing can be served."""


def needed(settings: Settings, name: str) -> str:
    """Answer a setting without which nothing can be served. Raises SettingMissing, naming it."""
    value = getattr(settings, name)
    if value is None:
        raise SettingMissing(f"CMA_{name.upper()} is not set; `cma-graphql run` needs none of them.")
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def make_vault(settings: Settings) -> Vault:
    """Make the vault of the configured keys; the first master key wraps."""
    master_keys = parse_keyring(needed(settings, "master_keys"))
    return Vault(master_keys, current=next(iter(master_keys)), index_key=parse_key(needed(settings, "index_key")))


def make_database(settings: Settings) -> Database:
    """Make the database, not yet opened."""
    return Database(
        needed(settings, "database_url"),
        read_pool_size=settings.read_pool_size,
        write_pool_size=settings.write_pool_size,
        connect_timeout_seconds=settings.connect_timeout_seconds,
    )


def make_sender(settings: Settings) -> EmailSender:
    """Answer who sends letters: SMTP where it is configured, a folder of the data directory otherwise."""
    sender = needed(settings, "email_from")
    if settings.smtp_url is not None:
        return SmtpSender(settings.smtp_url.get_secret_value(), sender=sender)
    return MailboxSender(settings.data_dir / "mailbox", sender=sender)


def make_sign_in(settings: Settings, database: Database, keys: CentreKeys, redis: Redis | None) -> SignIn:
    """Put signing in together."""
    public_url = needed(settings, "public_url").rstrip("/")
    signing_keys = read_signing_keys(needed(settings, "token_keys"))
    tokens = AccessTokens(signing_keys, current=next(iter(signing_keys)), issuer=public_url, audience=AUDIENCE, now=now)
    return SignIn(
        database=database,
        keys=keys,
        tokens=tokens,
        sender=make_sender(settings),
        throttle=Throttle(redis),
        public_url=public_url,
    )


def make_store(settings: Settings, database: Database, keys: CentreKeys) -> FileStore:
    """Answer who keeps the files of documents: an S3 bucket where it is configured, a folder otherwise."""
    if settings.storage == "s3":
        from cma_graphql.integrations.storage.s3 import Bucket, S3Store  # noqa: PLC0415 - boto3 takes 9 MB of memory

        secret = settings.s3_secret_access_key
        return S3Store(
            Bucket(
                name=needed(settings, "s3_bucket"),
                region=needed(settings, "s3_region"),
                endpoint=settings.s3_endpoint,
                access_key_id=settings.s3_access_key_id,
                secret_access_key=None if secret is None else secret.get_secret_value(),
                kms_key_id=settings.s3_kms_key_id,
            )
        )

    async def keys_of(centre_id: UUID) -> Keyring:
        async with database.read(system_of(centre_id)) as reader:
            return await keys.of(reader)

    seeds = parse_keyring(needed(settings, "token_keys"))
    return FolderStore(
        settings.storage_folder or settings.data_dir / "documents",
        keys_of=keys_of,
        addresses=SignedAddresses(seeds, current=next(iter(seeds)), now=now),
        public_url=needed(settings, "public_url").rstrip("/"),
    )


def make_limits(settings: Settings) -> Limits:
    """Answer what one operation may ask for."""
    return Limits(
        body_bytes=settings.max_body_bytes,
        tokens=settings.max_tokens,
        fields=settings.max_fields,
        depth=settings.max_depth,
        aliases=settings.max_aliases,
        directives=settings.max_directives,
        root_fields=settings.max_root_fields,
        cost=settings.max_cost,
        values=settings.max_values,
        deadline_ms=settings.deadline_ms,
    )


def make_live_bounds(settings: Settings) -> LiveBounds:
    """Answer what one connection that stays open may do."""
    return LiveBounds(
        operations=settings.live_operations,
        init_seconds=settings.live_init_seconds,
        ping_seconds=settings.live_ping_seconds,
        drain_seconds=settings.shutdown_seconds / 2,
    )
