"""A RabbitMQ, and what it does not take of an object."""

from collections.abc import Iterator, Mapping
from dataclasses import field

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.routing.topology import Object
from edatool.routing.version import Version, newest_of
from edatool.spec.rabbitmq.arguments import setting_named
from edatool.spec.rabbitmq.history import (
    DEPENDS,
    IGNORED,
    OLDEST,
    REFUSED,
    TAKEN,
    Acceptance,
    History,
    reason,
    verdict_at,
)

_TRANSIENT_QUEUES = "transient_nonexcl_queues"


@frozen
class Server:
    """A RabbitMQ, as far as it decides what it takes; None stands for what is not known.

    ``name`` is how messages call it. ``features`` says of deprecated features whether it permits them, where it tells;
    others are as the version has them by default.
    """

    name: str
    version: Version
    exchange_types: frozenset[str] | None = None
    plugins: frozenset[str] | None = None
    features: Mapping[str, bool] | None = field(default_factory=dict)


def named(version: str) -> Server:
    """Return a server of a version, such as ``4.3`` for the newest of that series or ``4.3.5``.

    Raises:
        WrongUsage: it is no version, or an older one than facts are known of.
    """
    found = newest_of(version)
    if found < OLDEST:
        raise WrongUsage(f"what RabbitMQ {version} takes is not known: name 3.10 or a later version")
    return Server(f"RabbitMQ {version}", found)


@frozen
class Objection:
    """What a server refuses or ignores of an object, or what depends on a plugin.

    ``part`` names the argument, the setting or the property that it is about, empty where it is the object as a whole.
    ``why`` is a sentence with the way out. ``ever``: all versions do the same.
    """

    object: Object
    part: str
    verdict: Acceptance
    why: str
    ever: bool = False


@frozen
class Part:
    """A part of an object that is asked about, in words, and what to do where it is not taken."""

    object: Object
    name: str
    words: str
    instead: str = "remove it"


def judged(part: Part, history: History, server: Server) -> Iterator[Objection]:
    """Yield an objection where a server does not take a part with this history."""
    feature = _feature(part.name)
    permitted = (server.features or {}).get(feature)
    verdict = verdict_at(history, server.version)
    if permitted is not None:
        verdict = TAKEN if permitted else REFUSED
    elif feature and server.features is None and verdict is REFUSED:
        verdict = DEPENDS
    if verdict is TAKEN:
        return
    ever = all(each is verdict for _, each in history)
    who, verb = "RabbitMQ" if ever else server.name, "ignores" if verdict is IGNORED else "refuses"
    when = "" if permitted is not None else reason(history, server.version)
    unless = f", unless its configuration says deprecated_features.permit.{feature}" if feature and when else ""
    sentence = f"{who} {verb} {part.words}{f' ({when}{unless})' if when else ''}"
    yield Objection(part.object, part.name, verdict, f"{sentence}: {part.instead}", ever)


def _feature(part: str) -> str:
    """Return the deprecated feature by which a server's configuration permits or denies a part, empty for most."""
    known = setting_named(part.removeprefix("x-"))
    return _TRANSIENT_QUEUES if part == "durable" else (known and known.feature) or ""


def without_plugin(part: Part, plugin: str, server: Server) -> Iterator[Objection]:
    """Yield an objection where a server takes a part only with a plugin, and does not have it for sure."""
    enable = f"run rabbitmq-plugins enable {plugin}"
    if server.plugins is None:
        why = f"{server.name} takes {part.words} only with the plugin {plugin}: {enable}"
        yield Objection(part.object, part.name, DEPENDS, why)
    elif plugin not in server.plugins:
        why = f"RabbitMQ's plugin {plugin} is not enabled: {enable}"
        yield Objection(part.object, part.name, REFUSED, why)
