"""A pattern as one function, for the filters that an index has to try. It answers as ``matches.holds_inside`` does."""

from collections.abc import Callable

from edatool.filters.content import MISSING, Content
from edatool.filters.matches import OPERATORS, elements, fits, is_absent, is_number, passes
from edatool.filters.pattern import (
    Absent,
    AllOf,
    AnyOf,
    AnythingBut,
    Equal,
    Every,
    Exists,
    Filter,
    LeafTest,
    Never,
    Node,
    Not,
    Numeric,
    Object,
    Test,
    Values,
)

Inside = Callable[[dict[str, object]], bool]
Check = Callable[[object], bool]

_SCALARS = frozenset((str, int, float, bool, type(None)))


def matching(one: Filter) -> Callable[[Content], bool]:
    """Return a function that tells of messages what ``matches`` does, several times as fast."""
    inside, joined = compiled(one.pattern), one.eventbridge
    return lambda content: inside(content.root(joined=joined))


def compiled(node: Object) -> Inside:
    """Return a function that tells whether an object is as a pattern asks."""
    others = (*map(_absent, node.absent), *map(_combined, node.combined))
    if len(node.fields) == 1 and not others:
        return _only_field(*node.fields[0])
    fields = tuple((name, _node(below)) for name, below in node.fields)

    def inside(element: dict[str, object]) -> bool:
        for name, check in fields:
            if not check(element.get(name, MISSING)):
                return False
        for other in others:  # noqa: SIM110 - a generator costs more than all it runs
            if not other(element):
                return False
        return True

    return inside


def _only_field(name: str, node: Node) -> Inside:
    if isinstance(node, Values):
        check = test_of(node.tests)
        return lambda element: check(element.get(name, MISSING))
    inside = compiled(node)

    def further(element: dict[str, object]) -> bool:
        value = element.get(name, MISSING)
        return inside(value) if type(value) is dict else _any_object(inside, value)

    return further


def _absent(one: Absent) -> Inside:
    return lambda element: is_absent(one, element)


def _combined(one: AnyOf | AllOf | Not) -> Inside:
    if isinstance(one, Not):
        option = compiled(one.option)
        return lambda element: not option(element)
    options = tuple(map(compiled, one.options))
    if isinstance(one, AnyOf):
        return lambda element: any(option(element) for option in options)
    return lambda element: all(option(element) for option in options)


def _node(node: Node) -> Check:
    return test_of(node.tests) if isinstance(node, Values) else _objects(compiled(node))


def _objects(inside: Inside) -> Check:
    return lambda value: inside(value) if type(value) is dict else _any_object(inside, value)


def _any_object(inside: Inside, value: object) -> bool:
    objects = [element for element in elements(value) if isinstance(element, dict)]
    for one in objects:
        if inside(one):
            return True
    return not objects and inside({})


def test_of(tests: tuple[Test, ...]) -> Check:
    """Return a function that tells whether one of the tests holds for the value of a field."""
    checks = tuple(map(_test, tests))
    if len(checks) == 1:
        return checks[0]
    return lambda value: any(check(value) for check in checks)


def _test(test: Test) -> Check:
    match test:
        case Exists() | Every() | Never():
            return lambda value: passes(test, value)
        case Equal(str(text)):
            return lambda value: value == text or (type(value) not in _SCALARS and text in elements(value))
        case Numeric(((sign, bound),), double=False):
            compare = OPERATORS[sign]

            def compared(value: object) -> bool:
                if type(value) is int or type(value) is float:
                    return compare(value, bound)
                return type(value) not in _SCALARS and any(
                    compare(one, bound) for one in elements(value) if is_number(one)
                )

            return compared
        case AnythingBut((Equal(str(text)),)):
            return lambda value: value != text if type(value) in _SCALARS else _any(test, value)
        case _:
            return lambda value: fits(test, value) if type(value) in _SCALARS else _any(test, value)


def _any(test: LeafTest, value: object) -> bool:
    for one in elements(value):  # noqa: SIM110 - a generator costs more than all it runs
        if not isinstance(one, dict) and fits(test, one):
            return True
    return False
