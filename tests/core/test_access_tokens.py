"""Access tokens: what they carry, and every way of forging one."""

import base64
import hashlib
import hmac
import json
import pickle
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core import access_tokens, clock
from cma_graphql.core.access_tokens import (
    LEEWAY,
    AccessClaims,
    AccessTokens,
    Refusal,
    TokenRefused,
    read_signing_key,
    read_signing_keys,
)
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.keyring import new_key

NOW = datetime(2026, 3, 1, 9, 30, 0, 250_000, tzinfo=UTC)
ISSUER = "https://cma.example"
AUDIENCE = "cma-graphql"
OLD_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
CLAIMS = AccessClaims(user_id=UUID(int=1), centre_id=UUID(int=2), session_id=UUID(int=3))
PAYLOAD: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": str(UUID(int=1)),
    "sid": str(UUID(int=3)),
    "cid": str(UUID(int=2)),
    "iat": int(NOW.timestamp()),
    "nbf": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 900,
    "jti": str(UUID(int=4)),
}
HEADER = {"alg": "EdDSA", "kid": "k2", "typ": "at+jwt"}


def tokens(
    *, at: datetime = NOW, keys: Mapping[str, Ed25519PrivateKey] | None = None, current: str = "k2"
) -> AccessTokens:
    return AccessTokens(
        keys or {"k2": KEY, "k1": OLD_KEY},
        current=current,
        issuer=ISSUER,
        audience=AUDIENCE,
        now=lambda: at,
    )


def part(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: object, payload: object, key: Ed25519PrivateKey = KEY) -> str:
    unsigned = f"{part(header)}.{part(payload)}"
    return f"{unsigned}.{part(key.sign(unsigned.encode()))}"


def refusal(token: str, *, at: datetime = NOW) -> Refusal:
    with pytest.raises(TokenRefused) as refused:
        tokens(at=at).verify(token)
    assert isinstance(refused.value, Unauthenticated)
    assert refused.value.message == "You are not signed in, or your sign-in has ended."
    return refused.value.reason


def test_verifying_gives_what_was_issued() -> None:
    token, expires_at = tokens().issue(CLAIMS)
    verified = tokens().verify(token)
    assert isinstance(verified, AccessClaims)
    assert (verified.user_id, verified.centre_id, verified.session_id) == (
        UUID(int=1),
        UUID(int=2),
        UUID(int=3),
    )
    assert verified.issued_at == NOW.replace(microsecond=0)
    assert verified.expires_at == expires_at == NOW.replace(microsecond=0) + timedelta(minutes=15)


def test_a_token_without_a_centre() -> None:
    token, _ = tokens().issue(AccessClaims(user_id=UUID(int=1), centre_id=None, session_id=UUID(int=3)))
    assert tokens().verify(token).centre_id is None


def test_what_stands_in_a_token() -> None:
    token, _ = tokens().issue(CLAIMS)
    assert jwt.get_unverified_header(token) == HEADER
    payload = jwt.decode(token, options={"verify_signature": False})
    assert UUID(payload.pop("jti")).version == 7
    assert payload == {name: value for name, value in PAYLOAD.items() if name != "jti"}


def test_each_token_has_its_own_id() -> None:
    assert len({tokens().verify(tokens().issue(CLAIMS)[0]).token_id for _ in range(20)}) == 20


def test_a_good_forgery_would_pass() -> None:
    """The tests below change one thing each in this token, so it has to be good itself."""
    assert tokens().verify(signed(HEADER, PAYLOAD)).user_id == UUID(int=1)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_no_algorithm_is_refused(alg: str) -> None:
    header = {**HEADER, "alg": alg}
    assert refusal(f"{part(header)}.{part(PAYLOAD)}.") in {Refusal.SIGNATURE, Refusal.MALFORMED}
    assert refusal(signed(header, PAYLOAD)) in {Refusal.SIGNATURE, Refusal.MALFORMED}


@pytest.mark.parametrize("form", ["raw", "pem"])
def test_a_public_key_is_no_shared_secret(form: str) -> None:
    public = KEY.public_key()
    secret = (
        public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        if form == "raw"
        else public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    unsigned = f"{part({**HEADER, 'alg': 'HS256'})}.{part(PAYLOAD)}"
    forged = f"{unsigned}.{part(hmac.digest(secret, unsigned.encode(), hashlib.sha256))}"
    assert refusal(forged) is Refusal.SIGNATURE


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"kid": "k9"}, Refusal.UNKNOWN_KEY),
        ({"kid": "k1"}, Refusal.SIGNATURE),
        ({"kid": ""}, Refusal.UNKNOWN_KEY),
        ({"kid": ["k2"]}, Refusal.MALFORMED),
        ({"kid": "../k2"}, Refusal.UNKNOWN_KEY),
        ({"typ": "JWT"}, Refusal.MALFORMED),
        ({"typ": None}, Refusal.MALFORMED),
        ({"alg": "ES256"}, Refusal.SIGNATURE),
        ({"alg": "RS256"}, Refusal.SIGNATURE),
        ({"alg": 5}, Refusal.SIGNATURE),
        ({"crit": ["exp"]}, Refusal.MALFORMED),
        ({"b64": False, "crit": ["b64"]}, Refusal.MALFORMED),
    ],
)
def test_the_header_is_checked(header: dict[str, Any], reason: Refusal) -> None:
    assert refusal(signed({**HEADER, **header}, PAYLOAD)) is reason


def test_a_key_inside_the_token_is_not_believed() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": part(STRANGER.public_key().public_bytes_raw())}
    forged = signed({**HEADER, "jwk": jwk, "jku": "https://stranger.example"}, PAYLOAD, STRANGER)
    assert refusal(forged) is Refusal.SIGNATURE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"aud": "other"}, Refusal.AUDIENCE),
        ({"aud": [AUDIENCE]}, Refusal.AUDIENCE),
        ({"aud": [AUDIENCE, "other"]}, Refusal.AUDIENCE),
        ({"aud": 5}, Refusal.AUDIENCE),
        ({"iss": "https://stranger.example"}, Refusal.ISSUER),
        ({"iss": [ISSUER]}, Refusal.ISSUER),
        ({"sub": "1"}, Refusal.CLAIMS),
        ({"sub": 1}, Refusal.MALFORMED),
        ({"sid": 1}, Refusal.CLAIMS),
        ({"sid": None}, Refusal.CLAIMS),
        ({"jti": "x"}, Refusal.CLAIMS),
        ({"cid": ""}, Refusal.CLAIMS),
        ({"cid": 5}, Refusal.CLAIMS),
        ({"exp": "soon"}, Refusal.CLAIMS),
        ({"exp": 1e18}, Refusal.CLAIMS),
        ({"exp": 10**30}, Refusal.CLAIMS),
        ({"exp": True}, Refusal.CLAIMS),
        ({"iat": "now"}, Refusal.CLAIMS),
        ({"nbf": [1]}, Refusal.CLAIMS),
        *(({name: None}, Refusal.CLAIMS) for name in ("iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti")),
    ],
)
def test_the_claims_are_checked(change: dict[str, Any], reason: Refusal) -> None:
    assert refusal(signed(HEADER, {**PAYLOAD, **change})) is reason


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"])
def test_a_missing_claim_is_refused(name: str) -> None:
    payload = {key: value for key, value in PAYLOAD.items() if key != name}
    assert refusal(signed(HEADER, payload)) is Refusal.CLAIMS


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (timedelta(seconds=-6), Refusal.NOT_YET_VALID),
        (timedelta(seconds=905), Refusal.EXPIRED),
        (timedelta(days=365), Refusal.EXPIRED),
    ],
)
def test_a_token_has_its_time(after: timedelta, reason: Refusal) -> None:
    token, _ = tokens().issue(CLAIMS)
    assert refusal(token, at=NOW + after) is reason


@pytest.mark.parametrize("after", [timedelta(seconds=-5), timedelta(0), timedelta(seconds=904)])
def test_clocks_may_differ_a_little(after: timedelta) -> None:
    token, _ = tokens().issue(CLAIMS)
    assert tokens(at=NOW + after).verify(token).user_id == UUID(int=1)


def test_not_before_is_checked_apart_from_the_issue() -> None:
    assert refusal(signed(HEADER, {**PAYLOAD, "nbf": PAYLOAD["nbf"] + 60})) is Refusal.NOT_YET_VALID
    assert refusal(signed(HEADER, {**PAYLOAD, "iat": PAYLOAD["iat"] + 60})) is Refusal.NOT_YET_VALID


def test_every_altered_character_is_noticed() -> None:
    token, _ = tokens().issue(CLAIMS)
    for position, character in enumerate(token):
        altered = token[:position] + ("A" if character != "A" else "B") + token[position + 1 :]
        try:
            verified = tokens().verify(altered)
        except TokenRefused:
            continue
        # The last character of the signature carries bits that are no part of it.
        assert position == len(token) - 1
        assert verified == tokens().verify(token)


def test_claims_of_another_token_do_not_fit_the_signature() -> None:
    one, _ = tokens().issue(CLAIMS)
    other, _ = tokens().issue(AccessClaims(user_id=UUID(int=9), centre_id=None, session_id=UUID(int=9)))
    header, _, signature = one.split(".")
    assert refusal(f"{header}.{other.split('.')[1]}.{signature}") is Refusal.SIGNATURE


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "....",
        "\ud800.a.b",
        "é.a.b",
        f"{part([])}.{part({})}.",
        f"{part('x')}.{part({})}.",
        pytest.param(part(b"[" * 1400) + ".e30.e30", id="deep"),
        pytest.param("a." * 1_000_000, id="megabytes"),
        signed(HEADER, []),
        signed(HEADER, "x"),
        signed(HEADER, b"\xff"),
    ],
)
def test_what_is_no_token_is_malformed(token: str) -> None:
    assert refusal(token) is Refusal.MALFORMED


@given(st.text(st.characters()) | st.text("abcXYZ0189-_.=", max_size=200))
def test_arbitrary_text_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        tokens().verify(text)


def test_keys_rotate() -> None:
    old, _ = tokens(current="k1").issue(CLAIMS)
    assert tokens(current="k2").verify(old).user_id == UUID(int=1)
    with pytest.raises(TokenRefused) as refused:
        tokens(keys={"k2": KEY}).verify(old)
    assert refused.value.reason is Refusal.UNKNOWN_KEY


def test_the_clock_of_the_product_is_the_default() -> None:
    ours = AccessTokens({"k2": KEY}, current="k2", issuer=ISSUER, audience=AUDIENCE)
    with clock.stopped(NOW):
        token, expires_at = ours.issue(CLAIMS)
        assert expires_at == datetime(2026, 3, 1, 9, 45, tzinfo=UTC)
    with clock.stopped(NOW + timedelta(hours=1)), pytest.raises(TokenRefused):
        ours.verify(token)


def test_nothing_secret_is_shown_or_written_down() -> None:
    ours = tokens()
    assert repr(ours) == "<AccessTokens of https://cma.example, 2 keys, current 'k2'>"
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(ours)


@pytest.mark.parametrize(
    ("current", "leeway", "message"),
    [
        ("k9", timedelta(0), "'k9' is not among"),
        ("k2", timedelta(seconds=6), "between 0 and 5"),
        ("k2", timedelta(seconds=-1), "between 0 and 5"),
    ],
)
def test_refuses_unusable_settings(current: str, leeway: timedelta, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AccessTokens({"k2": KEY}, current=current, issuer=ISSUER, audience=AUDIENCE, leeway=leeway)


def test_reads_keys_from_pem_and_seed() -> None:
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    seed = base64.b64encode(bytes(range(32, 64))).decode()
    expected = KEY.private_bytes_raw()
    assert read_signing_key(pem).private_bytes_raw() == expected
    assert read_signing_key(f" {seed}\n").private_bytes_raw() == expected
    ring = read_signing_keys(f"k2:{seed},k3:{new_key()}")
    assert list(ring) == ["k2", "k3"]
    assert ring["k2"].private_bytes_raw() == expected


def test_refuses_other_keys() -> None:
    other = Ed448PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ValueError, match="not an Ed25519 key"):
        read_signing_key(other)
    with pytest.raises(ValueError, match="31 bytes"):
        read_signing_key(base64.b64encode(bytes(31)).decode())


def test_a_token_that_was_good_is_looked_at_again_for_its_times_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [NOW]
    made = AccessTokens({"k2": KEY}, current="k2", issuer=ISSUER, audience=AUDIENCE, now=lambda: at[0])
    token, ends = made.issue(CLAIMS)
    first = made.verify(token)
    taken_apart: list[str] = []
    monkeypatch.setattr(jwt, "get_unverified_header", taken_apart.append)
    assert made.verify(token) is first
    for moment, reason in ((ends + LEEWAY, Refusal.EXPIRED), (NOW - timedelta(minutes=1), Refusal.NOT_YET_VALID)):
        at[0] = moment
        with pytest.raises(TokenRefused) as refused:
            made.verify(token)
        assert refused.value.reason is reason
    assert taken_apart == []


def test_what_was_refused_is_not_remembered_and_only_so_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_tokens, "_MOST_KEPT", 3)
    made = tokens()
    forged = signed(HEADER, PAYLOAD, STRANGER)
    for _ in range(2):
        with pytest.raises(TokenRefused):
            made.verify(forged)
    assert not made._verified
    issued = [made.issue(CLAIMS)[0] for _ in range(5)]
    assert [made.verify(token).session_id for token in issued] == [CLAIMS.session_id] * 5
    assert list(made._verified) == issued[2:]
