"""Payloads of an event that are worth a try: those between which routing may tell."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, product

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.routing.exchange_types.topic_tree import words as words_of
from edatool.routing.topology import Binding
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath

_BOOLEAN = frozenset(("boolean",))
_KEPT, _ABSENT = object(), object()


def named(bindings: Iterable[Binding]) -> set[str]:
    """Return all words of keys and all header values that bindings name."""
    words: set[str] = set()
    for one in bindings:
        words.update(words_of(one.key), map(str, one.arguments.values()))
    return words


FRESH = ("other", "another", "zz", "xx", "ZZ", "XX", "x", "99", "zz-99", 98765, 7)
"""Values for a field that may have any: strings and numbers of several shapes, for there may be a pattern."""


def payloads(
    event: Event, contract: Contract | None, named: Collection[str], most: int, examples: Sequence[object] = ()
) -> Iterator[object]:
    """Yield ``most`` payloads at most; not all of them keep the contract, which is to be asked.

    They are the schema's examples (or those given, or an empty object), and these with the fields that routing reads
    set to each of their values, to a word not ``named`` in any binding where they are open, or left out where only a
    header has them.
    """
    examples = examples or (contract.examples if contract else ()) or ({},)
    paths = dict.fromkeys((*event.key.fields, *event.headers.values()))
    for example in islice(examples, most):
        options = [_options(event, contract, path, example, named) for path in paths]
        for values in islice(_combinations(options), max(1, most // len(examples))):
            yield with_values(example, dict(zip(paths, values, strict=True)))


def _combinations(options: list[list[object]]) -> Iterator[tuple[object, ...]]:
    """Yield every choice of one for each field: first those with one field changed, and then all others."""
    kept = tuple(one[0] for one in options)
    yield kept
    for place, values in enumerate(options):
        yield from ((*kept[:place], value, *kept[place + 1 :]) for value in values[1:])
    yield from (choice for choice in product(*options) if len(choice) - choice.count(_KEPT) > 1)


def _options(
    event: Event, contract: Contract | None, path: FieldPath, example: object, named: Collection[str]
) -> list[object]:
    """Return what to set a field to, what the example says first."""
    absent = [] if path in event.key.fields else [_ABSENT]
    fresh: list[object] = [value for value in FRESH if str(value) not in named]
    if contract is None:
        return [_KEPT, *fresh[:1], *absent]
    field = field_of(contract, path.names)
    if field.required:
        absent = []
    if field.types == _BOOLEAN:
        return [_KEPT, True, False, *absent]
    if field.values is not None:
        return [_KEPT, *field.values, *absent]
    # Without an example the other fields are missing still, so the contract cannot tell of one.
    likely = [value for value in fresh if contract.is_valid(with_values(example, {path: value}))]
    return [_KEPT, *(likely[:1] if contract.is_valid(example) else fresh), *absent]


def with_values(example: object, values: dict[FieldPath, object]) -> object:
    """Return a copy of an example with fields set or removed."""
    payload = example
    for path, value in values.items():
        if value is not _KEPT:
            payload = _set(payload, path.names, value)
    return payload


def _set(payload: object, names: tuple[str, ...], value: object) -> object:
    inside = dict(payload) if isinstance(payload, dict) else {}
    name, *below = names
    if below and (value is not _ABSENT or name in inside):
        inside[name] = _set(inside.get(name), tuple(below), value)
    elif value is _ABSENT:
        inside.pop(name, None)
    else:
        inside[name] = value
    return inside
