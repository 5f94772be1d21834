"""Opaque tokens."""

import hashlib
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cma_graphql.core.tokens import TokenKind, derived_token, new_token, token_digest, token_kind, token_matches


@pytest.mark.parametrize(
    ("kind", "beginning"),
    [
        (TokenKind.REFRESH, "cma_rt_"),
        (TokenKind.INVITATION, "cma_inv_"),
        (TokenKind.RESET, "cma_rst_"),
        (TokenKind.SERVICE_KEY, "cma_sk_"),
    ],
)
def test_a_token_says_what_it_is_for(kind: TokenKind, beginning: str) -> None:
    token = new_token(kind)
    assert re.fullmatch(beginning + r"[A-Za-z0-9_-]{43}", token)
    assert token_kind(token) is kind


def test_tokens_differ() -> None:
    assert len({new_token(TokenKind.REFRESH) for _ in range(200)}) == 200


def test_a_token_may_be_longer_and_not_short() -> None:
    assert len(new_token(TokenKind.RESET, 48)) == len("cma_rst_") + 64
    with pytest.raises(ValueError, match="16 random bytes"):
        new_token(TokenKind.RESET, 15)


def test_only_the_token_itself_matches_its_digest() -> None:
    token = new_token(TokenKind.REFRESH)
    kept = token_digest(token)
    assert kept == hashlib.sha256(token.encode()).digest()
    assert token_matches(token, kept)
    assert not token_matches(token[:-1], kept)
    assert not token_matches(token.swapcase(), kept)
    assert not token_matches("", kept)
    assert not token_matches(token, b"")


@given(st.text(st.characters()))
@example("cma_rt_")
def test_whatever_arrives_has_a_digest(text: str) -> None:
    assert len(token_digest(text)) == 32
    kind = token_kind(text)
    assert kind is None or text.startswith(kind.value)


def test_a_derived_token_belongs_to_its_secret() -> None:
    first, second = (derived_token(TokenKind.REFRESH, bytes([number]) * 32) for number in (1, 2))
    assert first == derived_token(TokenKind.REFRESH, bytes([1]) * 32)
    assert first != second
    assert re.fullmatch(r"cma_rt_[A-Za-z0-9_-]{43}", first)


def test_a_token_is_not_derived_from_little() -> None:
    with pytest.raises(ValueError, match="32 secret bytes"):
        derived_token(TokenKind.REFRESH, bytes(31))
