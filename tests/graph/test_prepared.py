"""Documents are prepared once, kept while there is room, and operations found by name."""

import gc

import pytest
from graphql import Source

from cma_graphql.graph.limits import Limits
from cma_graphql.graph.prepared import Documents
from cma_graphql.graph.refusals import RequestRefused
from support.torture import torture_schema

SCHEMA = torture_schema()


def documents(kept_tokens: int = 50_000) -> Documents:
    """Make an empty store."""
    return Documents(SCHEMA, Limits(), suggestions=False, kept_tokens=kept_tokens)


def test_the_same_text_is_prepared_once() -> None:
    store = documents()
    assert store.prepare("{ hello }") is store.prepare("{ hello }")
    assert (store.hits, store.misses) == (1, 1)
    assert store.prepare("{ hello  }") is not store.prepare("{ hello }")


def test_what_is_not_valid_is_not_kept() -> None:
    store = documents()
    for _ in range(2):
        with pytest.raises(RequestRefused):
            store.prepare("{ unknown }")
    assert (store.hits, store.misses) == (0, 2)


def test_the_longest_unused_makes_room() -> None:
    store = documents(kept_tokens=9)  # three tokens each
    texts = [f"{{ {name} }}" for name in ("hello", "internal", "late")]
    for text in texts:
        store.prepare(text)
    store.prepare(texts[0])
    store.prepare("{ shared }")
    assert store.hits == 1
    store.prepare(texts[0])
    store.prepare(texts[2])
    assert store.hits == 3
    store.prepare(texts[1])
    assert store.hits == 3


def is_held(text: str) -> bool:
    """Tell whether anything still has a document's text as its source."""
    # `type`, since `isinstance` asks what a weak reference of somebody else refers to
    return any(type(each) is Source and each.body == text for each in gc.get_objects())


def test_a_document_that_is_dropped_needs_no_collector() -> None:
    text = "{ hello late somewhere: internal }"
    gc.disable()
    try:
        document = documents()._parse(text)
        assert document.loc is not None
        assert is_held(text)
        del document
        assert not is_held(text)
    finally:
        gc.enable()


def test_a_document_larger_than_the_store_is_prepared_and_not_kept() -> None:
    store = documents(kept_tokens=5)
    small = store.prepare("{ hello }")
    store.prepare("{ hello internal late shared }")
    assert store.prepare("{ hello }") is small


def test_long_texts_weigh_more_than_their_tokens() -> None:
    store = documents()
    assert store.prepare('{ hello(name: "' + "x" * 60_000 + '") }').weight > 100


def test_the_only_operation_needs_no_name() -> None:
    prepared = documents().prepare("query A { hello }")
    assert prepared.operation(None) is prepared.operation("A")


@pytest.mark.parametrize("name", [None, "C", "", "a"])
def test_a_name_that_decides_nothing_is_refused(name: str | None) -> None:
    prepared = documents().prepare("query A { hello } query B { hello }")
    with pytest.raises(RequestRefused) as refused:
        prepared.operation(name)
    [refusal] = refused.value.errors
    assert refusal.extensions == {"code": "OPERATION_UNRESOLVED"}


def test_one_of_several_operations_is_found() -> None:
    prepared = documents().prepare("query A { hello } mutation B { write }")
    assert prepared.operation("B").operation.value == "mutation"


def test_errors_have_their_place() -> None:
    with pytest.raises(RequestRefused) as refused:
        documents().prepare("{\n  hello(\n}")
    assert [(place.line, place.column) for place in refused.value.errors[0].locations or ()] == [(3, 1)]
    with pytest.raises(RequestRefused) as refused:
        documents().prepare("{ hello\n  unknown }")
    assert [(place.line, place.column) for place in refused.value.errors[0].locations or ()] == [(2, 3)]
