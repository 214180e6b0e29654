"""Random patterns as people write them, and messages that are close to what they ask for.

They are drawn from a seed, not by hypothesis itself, which takes a hundred times as long over values so nested.
"""

from collections.abc import Iterator
from math import nan
from random import Random

from edatool.filters.content import Content
from edatool.filters.parse import parse
from edatool.filters.pattern import Filter

SCALARS = (
    *(None, True, False, 0, 1, 1.0, 2.5, 10**20, 10**20 + 1, 2**53, 2**53 + 1, -1e308),
    *("", "a", "A", "ab", "ABc", "ß", "İ", "日本", "a日", "10.0.0.7", "2001:db8::7", "1"),
)
NAMES = ("a", "b", "c")
TEXTS = ("", "a", "A", "ab", "b", "SS", "ß", "日")
NUMBERS = (-2, 0, 0.5, 1, 2.5, 10**20, 2**53 + 1)
REGEXES = ("^a", "b$", "[A-Z]", "a(b|B)?", "日", "(a|b)c", "(?i)A", "a|1", r"0\.0", "b+c", "Bc{0,2}", "")
WILDCARDS = ("a*", "*b", "a*c", "*", "a", "*a*b*", "a*b", "*B*", "A*c", "*a*", "1*7", "*0*0*", "\\**")
ROOTS = ("data.a", "data.b", "data.a.b", "data.a.c", "data.c.a", "headers.a", "key", "type")
OPERATORS = ("prefix", "suffix", "equals-ignore-case", "wildcard", "cidr", "exists", "numeric", "anything-but")

Pattern = dict[str, object]


def text_operand(draw: Random, name: str) -> object:
    text = draw.choice(WILDCARDS if name == "wildcard" else TEXTS)
    folds = name in ("prefix", "suffix") and draw.random() < 0.3
    return {"equals-ignore-case": text} if folds else text


def numeric(draw: Random, *, aws: bool) -> object:
    if draw.random() < 0.4:
        return [draw.choice((">", ">=")), draw.choice((-2, 0)), draw.choice(("<", "<=")), draw.choice((1, 2.5))]
    signs = ("=", "<", "<=", ">", ">=") if aws else ("=", "!=", "<", "<=", ">", ">=")
    return [draw.choice(signs), draw.choice(NUMBERS[:5] if aws else NUMBERS)]


def anything_but(draw: Random, *, aws: bool) -> object:
    kind = draw.randrange(3)
    if kind == 0:
        name = draw.choice(OPERATORS[:4])
        return {name: text_operand(draw, name) if name == "wildcard" else draw.choice(TEXTS[1:] if aws else TEXTS)}
    values = draw.choice((TEXTS, NUMBERS[:5])) if aws else SCALARS
    return draw.choice(values) if kind == 1 else [draw.choice(values) for _ in range(draw.randint(1, 2))]


def operator(draw: Random, *, aws: bool) -> Pattern:
    name = draw.choice(OPERATORS if aws else (*OPERATORS, "regex"))
    match name:
        case "cidr":
            return {name: draw.choice(("10.0.0.0/29", "10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32"))}
        case "exists":
            return {name: draw.random() < 0.5}
        case "numeric":
            return {name: numeric(draw, aws=aws)}
        case "anything-but":
            return {name: anything_but(draw, aws=aws)}
        case "regex":
            return {name: draw.choice(REGEXES)}
        case _:
            return {name: text_operand(draw, name)}


def condition(draw: Random, depth: int, *, aws: bool) -> object:
    """Return a list of alternatives, or one scalar."""
    if not aws and draw.random() < 0.3:
        return draw.choice(SCALARS)
    tests: list[object] = []
    for _ in range(draw.choice((1, 1, 2))):
        roll = draw.random()
        if depth and not aws and roll < 0.15:
            inner = draw.choice((condition(draw, 0, aws=aws), {draw.choice(NAMES): condition(draw, 0, aws=aws)}))
            tests.append({draw.choice(("all", "none")): inner})
        else:
            tests.append(draw.choice(SCALARS) if roll < 0.5 else operator(draw, aws=aws))
    return tests


def mapping(draw: Random, names: tuple[str, ...], depth: int, *, aws: bool) -> Pattern:
    made: Pattern = {}
    for name in draw.sample(names, draw.choice((1, 1, 2))):
        below = 0 if name in ("key", "type") else depth
        nested = below and draw.random() < 0.3
        made[name] = mapping(draw, NAMES, below - 1, aws=aws) if nested else condition(draw, below, aws=aws)
    if depth and draw.random() < 0.3:
        made["$or"] = [mapping(draw, names, depth - 1, aws=aws) for _ in range(draw.randint(2, 3))]
    if depth and not aws and draw.random() < 0.15:
        made["$and"] = [mapping(draw, names, depth - 1, aws=aws) for _ in range(draw.randint(1, 2))]
    if depth and not aws and draw.random() < 0.25:
        made["$not"] = mapping(draw, names, depth - 1, aws=aws)
    return made


def alike(draw: Random) -> Iterator[Filter]:
    """Yield any number of filters of one kind, on few fields: many of them share what they ask for."""
    path, other = draw.sample(("data.a", "data.b", "data.a.b", "data.c.a", "headers.a", "key", "type"), 2)
    kind = draw.choice(KINDS)
    while True:
        made = kind(draw, path)
        if draw.random() < 0.5:
            made = {**kind(draw, other), **made}
        yield read({"$not": made} if draw.random() < 0.1 else made)


def _but(draw: Random, path: str) -> Pattern:
    return {path: [{"anything-but": anything_but(draw, aws=False)}]}


def _absent(draw: Random, path: str) -> Pattern:
    more = draw.choice(((), (draw.choice(SCALARS),), ({"numeric": numeric(draw, aws=False)},)))
    deeper = path.startswith("data") and draw.random() < 0.5
    return {f"{path}.{draw.choice(NAMES)}" if deeper else path: [{"exists": False}, *more]}


def _not(draw: Random, path: str) -> Pattern:
    return {"$not": {path: [operator(draw, aws=False) for _ in range(draw.choice((1, 1, 2)))]}}


def _numbers(draw: Random, path: str) -> Pattern:
    return {path: [{"numeric": numeric(draw, aws=False)}]}


def _regex(draw: Random, path: str) -> Pattern:
    return {path: [{"regex": draw.choice(REGEXES)}]}


def _scalar(draw: Random, path: str) -> Pattern:
    return {path: draw.sample(SCALARS, draw.choice((1, 1, 3)))}


def _text(draw: Random, path: str) -> Pattern:
    name = draw.choice(OPERATORS[:4])
    return {path: [{name: text_operand(draw, name)}]}


def _inside(draw: Random, path: str) -> Pattern:
    """Ask for an object, of several there may be, that is not so."""
    around = path if path.startswith("data") else "data.c"
    return {around: draw.choice((_not, _absent, _but))(draw, draw.choice(NAMES))}


def _any(draw: Random, path: str) -> Pattern:
    return draw.choice(KINDS[:-1])(draw, path)


KINDS = (_but, _absent, _not, _numbers, _regex, _scalar, _text, _inside, _any)


def pattern(draw: Random) -> Filter:
    """Return a filter in either language."""
    aws = draw.random() < 0.3
    made = mapping(draw, ROOTS, draw.randint(0, 2), aws=aws)
    return read({"semantics": "eventbridge", "pattern": made} if aws else made)


def read(made: object) -> Filter:
    """Return a pattern that is well-formed as a filter."""
    parsed = parse(made, (), lambda _: None)
    assert isinstance(parsed, Filter), parsed
    return parsed


def value(draw: Random, depth: int) -> object:
    roll = draw.random()
    if not depth or roll < 0.45:
        return draw.choice((*SCALARS, 10**400))
    if roll < 0.7:
        return [value(draw, depth - 1) for _ in range(draw.randint(0, 3))]
    return fields(draw, depth)


def fields(draw: Random, depth: int) -> dict[str, object]:
    names = (*NAMES, "a.b") if draw.random() < 0.2 else NAMES
    return {name: value(draw, depth - 1) for name in names if draw.random() < 0.7}


def content(draw: Random) -> Content:
    data = fields(draw, 4) if draw.random() < 0.95 else value(draw, 3)
    headers: dict[str, object] = {name: draw.choice((*SCALARS, nan)) for name in NAMES if draw.random() < 0.5}
    return Content(data, draw.choice(("", "a", "ab")), headers, draw.choice((None, "a", "b")))
