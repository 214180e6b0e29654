from hypothesis import given
from hypothesis import strategies as st

from edatool.routing.exchange_types.headers_index import candidates, index
from edatool.routing.exchange_types.headers_rule import HeadersRule, matches

VALUES = st.sampled_from([None, True, False, 0, 1, 1.0, 2, "1", "a", "", [], {}, [1], {"a": 1}])
HEADERS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)
RULES = st.builds(HeadersRule, st.booleans(), HEADERS.map(lambda wanted: tuple(wanted.items())))


@given(st.lists(RULES, max_size=12), HEADERS, st.sampled_from([(3, 10, 8), (4, 3, 6)]))
def test_whatever_may_match_is_among_the_candidates(
    rules: list[HeadersRule], headers: dict[str, object], version: object
) -> None:
    assert isinstance(version, tuple)
    possible = [n for n, rule in enumerate(rules) if matches(rule, headers, version) is not False]
    found = candidates(index(rules), headers)
    assert set(possible) <= set(found)
    assert found == sorted(set(found))


def test_a_rule_that_asks_for_all_is_found_by_its_rarest_header() -> None:
    rules = [HeadersRule(any=False, wanted=(("tier", "gold"), ("id", number))) for number in range(1000)]
    assert candidates(index(rules), {"tier": "gold"}) == []
    assert candidates(index(rules), {"tier": "gold", "id": 7}) == [7]
