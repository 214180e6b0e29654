"""What stands in the way of replacing a queue or an exchange without loss."""

from collections.abc import Iterator, Mapping

from edatool.change.replacing.replacement import PREFIX, Replacement
from edatool.routing import effective
from edatool.routing.exchange_types.types import type_named
from edatool.routing.topology import Exchange, Policy, Queue, Topology
from edatool.spec.rabbitmq.arguments import QUORUM, setting_named


def obstacles(one: Replacement, live: Topology) -> list[str]:
    """Return why an object cannot be replaced, each with what to do."""
    found = [*_unreadable_bindings(one)]
    match one.old, one.new:
        case Queue() as old, Queue() as new:
            found += [*_queue(old, new), *limited_helpers(one, live.policies)]
        case Exchange() as old, Exchange() as new:
            found += _exchange(old, new)
    return found


def _queue(old: Queue, new: Queue) -> Iterator[str]:
    name = old.name
    if "stream" in (old.type, new.type):
        yield (
            f"queue {name}: a stream cannot be moved. Declare the new queue under another name with the same bindings, "
            "let the consumers finish the old one and go over, then remove it"
        )
    if old.exclusive or new.exclusive or old.auto_delete or new.auto_delete:
        yield f"queue {name}: an exclusive or auto-delete queue goes with its clients. Stop them, and delete it"


def limited_helpers(one: Replacement, policies: Mapping[str, Policy]) -> Iterator[str]:
    """Say which policies would let messages be dropped while they are held."""
    ordered = effective.policies(policies)
    for purpose in ("hold", "moved"):
        helper = Queue(one.helper(purpose), arguments={"x-queue-type": "quorum"})
        limits = [name for name in effective.policy_of(helper, ordered) if _bounds(name)]
        if limits:
            yield (
                f"a policy would apply {', '.join(limits)} to {helper.name}, which holds messages meanwhile: "
                f"change its pattern so that it leaves out names that begin with {PREFIX}"
            )


def _bounds(setting: str) -> bool:
    known = setting_named(setting)
    return known is not None and known.bounds and QUORUM in known.types


def _exchange(old: Exchange, new: Exchange) -> Iterator[str]:
    if type_named(new.type).catch_all is None:
        yield (
            f"exchange {new.name}: what an exchange of type {new.type} matches is not known. "
            "Declare it under another name, bind it, and let the publishers go over"
        )
    if new.auto_delete and not old.auto_delete:
        yield f"exchange {new.name}: it would delete itself once it has no bindings. Leave auto_delete out"


def _unreadable_bindings(one: Replacement) -> Iterator[str]:
    # The management API lists a void argument as the string "undefined", and other types that JSON lacks as text.
    for binding in one.before:
        if any(value in (None, "undefined") for value in binding.arguments.values()):
            yield f"binding {binding}: it has an argument without a value, which cannot be made again: bind otherwise"
