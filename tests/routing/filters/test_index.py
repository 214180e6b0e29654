from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.routing.filters.content import Content
from edatool.routing.filters.fast.index import index
from edatool.routing.filters.matches import matches
from edatool.routing.filters.pattern import Filter
from tests.routing.filters.generated import CONTENTS, FILTERS, read


@given(st.lists(FILTERS, max_size=8), st.lists(CONTENTS, min_size=1, max_size=5))
@settings(max_examples=600, deadline=None)
def test_the_index_finds_exactly_what_matches(filters: list[Filter], contents: list[Content]) -> None:
    named = {f"f{number}": one for number, one in enumerate(filters)}
    built = index(named)
    for content in contents:
        assert built.matching(content) == [name for name, one in named.items() if matches(one, content)]
