"""Random definitions as people write them by hand: with keys left out, null, and what RabbitMQ may not take.

What RabbitMQ takes and cannot get rid of again is not among it: names that are no strings, and exchanges with flags
that are neither true nor false. Nor are queues whose type is said by the key ``type`` alone.
"""

import random
from typing import Any

ABSENT: Any = object()
FLAG = (True, False, ABSENT, ABSENT, True, False, True, None, "true", 0)
TABLE: tuple[Any, ...] = (ABSENT, {}, [], ABSENT, {}, [], None, "x")
GOOD_FLAG = (True, False, ABSENT)
TYPES = (ABSENT, ABSENT, "classic", None, 5)
TEXT_RARELY_WRONG = (ABSENT, None, 5)


def definitions(number: int) -> dict[str, Any]:
    """Return the file of this number; its objects have names that begin with the number and a dot."""
    rng = random.Random(number)
    exchanges = [_exchange(rng, f"{number}.e{index}") for index in range(rng.choice((0, 1, 1, 2)))]
    queues = [_queue(rng, f"{number}.q{index}") for index in range(rng.choice((0, 1, 1, 2)))]
    bindings = [_binding(rng, exchanges, queues) for _ in range(rng.choice((0, 1, 2)) if exchanges and queues else 0)]
    policies = [_policy(rng, f"{number}.p{index}") for index in range(rng.choice((0, 0, 1)))]
    sections: dict[str, Any] = {"exchanges": exchanges, "queues": queues, "bindings": bindings, "policies": policies}
    for section, entries in list(sections.items()):
        if entries and section != "bindings" and rng.random() < 0.15:
            entries.append(_again(rng, entries[-1]))
        if not entries and rng.random() < 0.5:
            del sections[section]
    if rng.random() < 0.05:
        sections[rng.choice(("queues", "exchanges", "policies"))] = rng.choice((None, {}, "x", 5))
    if rng.random() < 0.1:
        sections.setdefault("exchanges", [])
        if isinstance(sections["exchanges"], list):
            sections["exchanges"] += [{"name": "", "type": "direct"}, {"name": "amq.topic", "type": "topic"}]
    if rng.random() < 0.1:
        sections |= {"_comment": "by hand", "users": None, "permissions": [{"user": "nobody"}]}
    return sections


def _made(rng: random.Random, **keys: tuple[Any, ...]) -> dict[str, Any]:
    drawn = {name: rng.choice(values) for name, values in keys.items()}
    return {name.replace("apply_to", "apply-to"): value for name, value in drawn.items() if value is not ABSENT}


def _mostly(rng: random.Random, value: Any, others: tuple[Any, ...] = TEXT_RARELY_WRONG) -> tuple[Any, ...]:
    return (value,) if rng.random() < 0.95 else others


def _exchange(rng: random.Random, name: str) -> dict[str, Any]:
    arguments = rng.choice((*TABLE, {"alternate-exchange": "x"}, {"own": [1, {"a": "b"}]}, {"own": [None]}))
    kind = rng.choice(("topic", "direct", "fanout", "headers"))
    return _made(
        rng,
        name=(name,),
        vhost=(ABSENT, "/", "elsewhere", None),
        type=_mostly(rng, kind),
        durable=(*GOOD_FLAG, True, True),
        auto_delete=GOOD_FLAG,
        internal=GOOD_FLAG,
        arguments=(arguments,),
    )


def _queue(rng: random.Random, name: str) -> dict[str, Any]:
    arguments = rng.choice((*TABLE, {"x-queue-type": "quorum"}, {"x-message-ttl": 5000}, {"x-own": None}))
    is_quorum = isinstance(arguments, dict) and arguments.get("x-queue-type") == "quorum"
    return _made(
        rng,
        name=(name,),
        vhost=(ABSENT, "/", "elsewhere"),
        type=TYPES,
        durable=(True,) if is_quorum or rng.random() < 0.5 else FLAG,
        auto_delete=(False,) if is_quorum or rng.random() < 0.5 else FLAG,
        exclusive=(ABSENT, ABSENT, False, True),
        arguments=(arguments,),
    )


def _binding(rng: random.Random, exchanges: list[Any], queues: list[Any]) -> dict[str, Any]:
    to_exchange = rng.random() < 0.2
    source, destination = rng.choice(exchanges).get("name", "x"), rng.choice(queues).get("name", "x")
    return _made(
        rng,
        source=_mostly(rng, rng.choice((source, source, "amq.topic", ""))),
        destination=(rng.choice(exchanges).get("name", "x") if to_exchange else destination,),
        destination_type=_mostly(rng, "exchange" if to_exchange else "queue", (ABSENT, "topic", None)),
        routing_key=(ABSENT, "a.#", "", "k", None) if rng.random() < 0.3 else ("a.*",),
        arguments=(*TABLE, {"n": 1}) if rng.random() < 0.4 else (ABSENT, {}),
    )


def _policy(rng: random.Random, name: str) -> dict[str, Any]:
    return _made(
        rng,
        name=(name,),
        pattern=_mostly(rng, rng.choice(("^a", "", ".*"))),
        apply_to=(ABSENT, "all", "queues", "exchanges", "streams", "topics", None),
        priority=(ABSENT, 0, -3, 5, 1.0, "1", None),
        definition=_mostly(rng, {"max-length": 5}, (ABSENT, {}, [], {"max-length": 6})),
    )


def _again(rng: random.Random, entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, **rng.choice(({}, {"durable": False}, {"pattern": "other"}, {"auto_delete": True}))}
