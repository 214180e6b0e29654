"""Random patterns as people write them, and messages that are close to what they ask for."""

from hypothesis import strategies as st

from edatool.routing.filters.content import Content
from edatool.routing.filters.parse import parse
from edatool.routing.filters.pattern import Filter

SCALARS = st.sampled_from(
    [None, True, False, 0, 1, 1.0, -2, 2.5, 10**20, "", "a", "A", "ab", "ABc", "ß", "10.0.0.7", "1"]
)
NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["", "a", "A", "ab", "b", "SS"])
NUMBERS = st.sampled_from([-2, 0, 0.5, 1, 2.5, 10**20])
ROOTS = st.sampled_from(["data.a", "data.b", "data.a.b", "data.a.c", "data.c.a", "headers.a", "key", "type"])


def single(name: str, operands: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return operands.map(lambda operand: {name: operand})


def folding(texts: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return texts | single("equals-ignore-case", texts)


def comparisons(signs: tuple[str, ...]) -> st.SearchStrategy[object]:
    one = st.tuples(st.sampled_from(signs), NUMBERS).map(list)
    between = st.tuples(
        st.sampled_from((">", ">=")), st.just(-2), st.sampled_from(("<", "<=")), st.sampled_from((1, 2.5))
    )
    return one | between.map(list)


WILDCARDS = st.sampled_from(["a*", "*b", "a*c", "*", "a", "*a*b*"])
NEGATED = (
    single("prefix", TEXTS)
    | single("suffix", TEXTS)
    | single("equals-ignore-case", TEXTS)
    | single("wildcard", WILDCARDS)
)
COMMON = (
    single("prefix", folding(TEXTS))
    | single("suffix", folding(TEXTS))
    | single("equals-ignore-case", TEXTS)
    | single("wildcard", WILDCARDS)
    | single("cidr", st.sampled_from(["10.0.0.0/29", "10.0.0.0/8", "::/0"]))
    | single("exists", st.booleans())
)
TESTS = (
    SCALARS
    | COMMON
    | single("numeric", comparisons(("=", "!=", "<", "<=", ">", ">=")))
    | single("regex", st.sampled_from(["^a", "b$", "[A-Z]"]))
    | single("anything-but", SCALARS | st.lists(SCALARS, min_size=1, max_size=2) | NEGATED)
)
CONDITIONS = SCALARS | st.lists(TESTS, min_size=1, max_size=2)
ELEMENTS = st.dictionaries(NAMES, CONDITIONS, min_size=1, max_size=2)
WHOLES = single("all", CONDITIONS | ELEMENTS) | single("none", CONDITIONS | ELEMENTS)


def objects(names: st.SearchStrategy[str], depth: int) -> st.SearchStrategy[object]:
    """Return mappings from paths to conditions, with what combines them."""
    conditions: st.SearchStrategy[object] = CONDITIONS | st.lists(TESTS | WHOLES, min_size=1, max_size=2)
    below = objects(NAMES, depth - 1) if depth else CONDITIONS
    plain = st.dictionaries(names.filter(lambda name: name not in ("key", "type")), conditions | below, max_size=3)
    scalars = st.dictionaries(names, CONDITIONS, min_size=1, max_size=2)
    if not depth:
        return scalars
    inner = objects(names, depth - 1)
    combined = st.fixed_dictionaries(
        {},
        optional={
            "$or": st.lists(inner, min_size=1, max_size=3),
            "$and": st.lists(inner, min_size=1, max_size=2),
            "$not": inner,
        },
    )
    return st.tuples(scalars, plain, combined).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


AWS_TESTS = (
    st.sampled_from([None, True, "a", "ab", 0, 1, 2.5])
    | COMMON
    | single("numeric", comparisons(("=", "<", "<=", ">", ">=")))
    | single("anything-but", TEXTS | NUMBERS.filter(lambda number: number < 10**9) | NEGATED)
)
AWS_LISTS = st.lists(AWS_TESTS, min_size=1, max_size=2)


def aws_objects(names: st.SearchStrategy[str], depth: int) -> st.SearchStrategy[object]:
    flat = st.dictionaries(names, AWS_LISTS, min_size=1, max_size=2)
    if not depth:
        return flat
    below = st.dictionaries(
        names.filter(lambda name: name not in ("key", "type")), aws_objects(NAMES, depth - 1), max_size=2
    )
    either = st.lists(aws_objects(names, depth - 1), min_size=2, max_size=3)
    both = st.fixed_dictionaries({}, optional={"$or": either})
    return st.tuples(flat, below, both).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


OURS = objects(ROOTS, 2)
AWS = aws_objects(ROOTS, 2).map(lambda pattern: {"semantics": "eventbridge", "pattern": pattern})


def read(pattern: object) -> Filter:
    parsed = parse(pattern, (), lambda _: None)
    assert isinstance(parsed, Filter), parsed
    return parsed


def readable(pattern: object) -> bool:
    """Say whether a pattern is allowed: a random interval may be empty."""
    return isinstance(parse(pattern, (), lambda _: None), Filter)


FILTERS = (OURS | AWS).filter(readable).map(read)


def values(depth: int) -> st.SearchStrategy[object]:
    if not depth:
        return SCALARS
    below = values(depth - 1)
    return SCALARS | st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3)


CONTENTS = st.builds(
    Content,
    st.dictionaries(NAMES, values(3), max_size=3),
    st.sampled_from(["", "a", "ab"]),
    st.dictionaries(NAMES, SCALARS, max_size=2),
    st.sampled_from([None, "a", "b"]),
)
