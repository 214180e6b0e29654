"""A name or key has a blank, an invisible character or an empty word, which others have to repeat exactly.

A message whose key looks the same would not match it. Remove it; where messages really are published like that, leave
it. `edatool validate --fix` leaves it, too: another name is another queue.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order placed}

    $ edatool validate
    routes.yaml:6:47: W209 the key 'order placed' holds a blank: remove it, unless messages are published like that

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
"""

import unicodedata
from collections.abc import Iterator

from edatool.checks.found import Found, at, at_key
from edatool.checks.subject import Subject
from edatool.spec.shape import shown
from edatool.spec.yaml_document import Path

_UNSEEN = ("Cf", "Zs", "Zl", "Zp")


def find(subject: Subject) -> Found:
    for path, name in _names(subject):
        if wrong := _unseen(name):
            yield at_key(*path), f"the name {shown(name)} {wrong}: remove it"
    for path, key in _keys(subject):
        if wrong := _unseen(key) or _word(key):
            way_out = "remove it, unless messages are published like that"
            yield at(*path), f"the key {shown(key)} {wrong}: {way_out}"


def _names(subject: Subject) -> Iterator[tuple[Path, str]]:
    spec = subject.spec
    for section, declared in (("events", spec.events), ("exchanges", spec.exchanges), ("queues", spec.queues)):
        for name in declared:
            yield (section, name), name


def _keys(subject: Subject) -> Iterator[tuple[Path, str]]:
    for event in subject.spec.events.values():
        key = "".join(part if isinstance(part, str) else "{}" for part in event.key.parts)
        if key != event.name:
            yield ("events", event.name, "key"), key
    for binding in subject.spec.bindings:
        for index, key in enumerate(binding.keys):
            if key:
                yield subject.key_path(binding, index), key


def _unseen(text: str) -> str | None:
    if text != text.strip():
        return "begins or ends with a blank"
    if found := next((one for one in text if one != " " and unicodedata.category(one) in _UNSEEN), None):
        return f"holds a character that nobody sees (U+{ord(found):04X})"
    return None


def _word(key: str) -> str | None:
    if " " in key:
        return "holds a blank"
    if key.endswith("."):
        return "ends in a dot, so that its last word is empty"
    if key.startswith(".") or ".." in key:
        return "has an empty word before a dot"
    return None
