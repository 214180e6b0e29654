"""What many queues say, said once under ``defaults``."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from edatool.spec.build import takes
from edatool.spec.rabbitmq.arguments import CLASSIC
from edatool.spec.same_json import same_json

Plain = dict[str, Any]

_OF_ONE_QUEUE = ("type", "durable", "auto_delete", "arguments")


def factored(queues: Mapping[str, Plain], *, untyped_is_classic: bool) -> tuple[Plain, dict[str, Plain]]:
    """Return the defaults of queues, and the queues without what the defaults say.

    ``untyped_is_classic`` says whether a queue that names no type is a classic one, or what the vhost says.
    A default cannot be undone by a queue. So a setting becomes one only where every queue that would get it has
    that setting, of whatever value.
    """
    implied = {"type": CLASSIC} if untyped_is_classic else {}
    usual = _most_common([one["type"] for one in queues.values()])
    defaults = {"type": usual} if usual not in (None, implied.get("type")) else {}
    for key in dict.fromkeys(key for one in queues.values() for key in one if key not in _OF_ONE_QUEUE):
        takers = [one for one in queues.values() if takes(one["type"], key)]
        value = _most_common([one[key] for one in takers]) if all(key in one for one in takers) else None
        if value is not None:
            defaults[key] = value
    said = {**implied, **defaults}
    return defaults, {name: _without(one, said) for name, one in queues.items()}


def _most_common(values: list[Any]) -> Any:
    """Return the value that most have, the first of these in order; None where no two have the same."""
    texts = Counter(sorted(json.dumps(value, sort_keys=True) for value in values)).most_common(1)
    return json.loads(texts[0][0]) if texts and texts[0][1] > 1 else None


def _without(one: Plain, said: Plain) -> Plain:
    return {key: value for key, value in one.items() if key not in said or not same_json(value, said[key])}
