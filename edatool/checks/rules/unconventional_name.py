"""A name is not as the team wants names to be.

`checks.names` holds a regular expression for each section, which whole names have to match; names of what belongs to
others are not looked at. What exists under its name already is another object under a new one: where it cannot be
renamed, say so with `# edatool: ignore[W713] because REASON`.

Bad:

    edatool: 1
    name: shop
    queues:
      Orders_2: {}
    bindings:
      - {queue: Orders_2, exchange: amq.topic, key: order.placed}
    checks:
      names: {queues: "[a-z]+(-[a-z]+)*"}

    $ edatool validate
    routes.yaml:4:3: W713 'Orders_2' does not match '[a-z]+(-[a-z]+)*', as names in queues should: rename it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    checks:
      names: {queues: "[a-z]+(-[a-z]+)*"}
"""

from collections.abc import Iterator, Mapping
from typing import Any

from edatool.checks.found import Found, at, at_key
from edatool.checks.subject import Subject
from edatool.contracts.regexes.regex import Regex, compile_regex


def find(subject: Subject) -> Found:
    for section, pattern in subject.spec.checks.names.items():
        regex = _whole(pattern)
        if isinstance(regex, str):
            yield at("checks", "names", section), f"no name can be compared with this: {regex}"
            continue
        for name in _own_names(subject, section):
            if not regex.found_in(name):
                message = f"{name!r} does not match {pattern!r}, as names in {section} should: rename it"
                yield at_key(section, name), message


def _whole(pattern: str) -> Regex | str:
    """Return the expression for whole names, or what is wrong with it."""
    alone = compile_regex(pattern)
    return alone if isinstance(alone, str) else compile_regex(f"^(?:{pattern})$")


def _own_names(subject: Subject, section: str) -> Iterator[str]:
    """Yield the names in a section, without those of others and without what is made for triggers."""
    spec = subject.spec
    declared: Mapping[str, Any] = getattr(spec, section)
    for name, one in declared.items():
        if spec.document.holds((section, name)) and not getattr(one, "external", False):
            yield name
