"""Keys: of records by time, of people at random."""

from cma_graphql.core.ids import new_id, new_person_id


def test_keys_of_records_are_ordered_by_time() -> None:
    made = [new_id() for _ in range(100)]
    assert made == sorted(made)
    assert {key.version for key in made} == {7}


def test_keys_of_people_say_nothing_of_the_time() -> None:
    made = [new_person_id() for _ in range(100)]
    assert made != sorted(made)
    assert len(set(made)) == 100
    assert {(key.version, key.variant) for key in made} == {(4, "specified in RFC 4122")}
