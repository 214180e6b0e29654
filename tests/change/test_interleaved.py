"""What two specs, others, and those who delete vhosts do one after the other: nobody removes what another one made."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edatool.broker.address import parse
from edatool.broker.live import read
from edatool.change import ledgers
from edatool.change.allowed import Allowed
from edatool.change.apply import Keeping, apply
from edatool.change.changes import Change
from edatool.change.ledger import Signature
from edatool.change.plan import plan_apply
from edatool.errors import NeedsPerson
from edatool.routing.topology import Exchange, Identity, Object, Queue, collect, identity_of
from tests.broker_fixtures import Vhost
from tests.examples import examples
from tests.sessions import at, session_of

OBJECTS: dict[str, tuple[Object, Object]] = {
    "q0": (Queue("q0", arguments={"x-queue-type": "classic"}), Queue("q0", arguments={"x-queue-type": "quorum"})),
    "q1": (Queue("q1", arguments={"x-queue-type": "classic"}), Queue("q1", arguments={"x-queue-type": "quorum"})),
    "e": (Exchange("e", "topic"), Exchange("e", "fanout")),
}
"""What is declared, by name, each in two ways between which RabbitMQ does not change it."""
SOME = st.dictionaries(st.sampled_from(sorted(OBJECTS)), st.integers(0, 1)).map(
    lambda chosen: [OBJECTS[name][way] for name, way in chosen.items()]
)
STEP = st.one_of(
    st.tuples(st.just("apply"), st.sampled_from(["a", "b"]), SOME, st.sampled_from([None, None, 1, 2])),
    st.tuples(st.just("declare"), st.sampled_from(sorted(OBJECTS)), st.integers(0, 1)),
    st.tuples(st.just("anew")),
)


class Stopped(BaseException):
    """Raised by a test in the middle of an apply, as a signal is."""


@dataclass
class World:
    """A vhost, and who made what is there."""

    vhost: Vhost
    makers: dict[Identity, str] = field(default_factory=dict)
    wanted: list[Object] = field(default_factory=list)
    """What specs have declared on this vhost, of which ledgers may speak."""

    def there(self) -> list[Object]:
        found = read(session_of(self.vhost)).topology
        assert found
        return list(found.objects)

    def apply(self, spec: str, wanted: list[Object], stop_after: int | None) -> None:
        address, done = parse(self.vhost.url, self.vhost.management), list[Change]()

        def on_done(change: Change) -> None:
            done.append(change)
            if len(done) == stop_after:
                raise Stopped

        known = ledgers.read(at(address, self.vhost.name), spec)
        plan = plan_apply(collect(wanted), collect(self.there()), known.ownership)
        keeping = Keeping(known.ours, Signature("2026-11-25T12:00:00Z", "somebody@somewhere"))
        with suppress(NeedsPerson, Stopped):
            apply(plan, at(address, self.vhost.name), on_done, keeping=keeping, allowed=Allowed(removals=True))
        self.wanted += wanted
        left = {identity_of(one) for one in self.there()}
        assert {maker for one, maker in self.makers.items() if one not in left} <= {spec}
        self.makers = {one: self.makers.get(one, spec) for one in left}

    def declare(self, name: str, way: int) -> None:
        """Declare as others do; but nobody can tell whether it is theirs if a ledger of this vhost has exactly this."""
        one = OBJECTS[name][way]
        if identity_of(one) in self.makers or one in self.wanted:
            return
        assert isinstance(one, (Queue, Exchange))
        kind = "queues" if isinstance(one, Queue) else "exchanges"
        body: dict[str, Any] = {"durable": True, "arguments": dict(one.arguments)}
        body |= {"type": one.type} if isinstance(one, Exchange) else {}
        self.vhost.api.put(f"/api/{kind}/{self.vhost.quoted}/{name}", json=body).raise_for_status()
        self.makers[identity_of(one)] = "others"

    def anew(self) -> None:
        self.vhost.api.delete(f"/api/vhosts/{self.vhost.quoted}").raise_for_status()
        self.vhost.api.put(f"/api/vhosts/{self.vhost.quoted}").raise_for_status()
        self.makers, self.wanted = {}, []


def interleave(vhost: Vhost, steps: list[tuple[Any, ...]]) -> None:
    world = World(vhost)
    world.anew()
    for name, *arguments in steps:
        getattr(world, name)(*arguments)
    for spec in ("a", "b"):
        world.apply(spec, [], None)
    assert set(world.makers.values()) <= {"others"}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=4, max_size=12))
def test_nobody_removes_what_others_made(vhost: Vhost, steps: list[tuple[Any, ...]]) -> None:
    interleave(vhost, steps)
