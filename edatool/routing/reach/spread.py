"""Which exchanges, bindings and queues messages may come to: everything that cannot be ruled out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from edatool.frozen import mutable
from edatool.routing import effective
from edatool.routing.effective import DeadLetters
from edatool.routing.exchange_types.topic_tree import words
from edatool.routing.reach.flow import Flow
from edatool.routing.reach.words import literal
from edatool.routing.router import Router
from edatool.spec.spec import Spec


@mutable
class Spread:
    """What flows may come to; ``bindings`` are the flows that may take each binding, by its ``id``.

    ``targets`` says where the dead letters of queues go.
    """

    router: Router
    targets: Mapping[str, Sequence[DeadLetters]]
    by_alternates: bool = True
    """Whether to follow what no binding may take, too."""
    exchanges: dict[str, set[Flow]] = field(default_factory=dict)
    bindings: dict[int, list[Flow]] = field(default_factory=dict)
    queues: set[str] = field(default_factory=set)
    fixed: dict[str, Flow] = field(default_factory=dict)

    def add(self, starts: Iterable[tuple[str, Flow]]) -> None:
        """Let flows begin at exchanges, and follow them through dead-lettering too."""
        waiting = list(starts)
        for name, flow in waiting:
            seen = self.exchanges.setdefault(name, set())
            if flow not in seen:
                seen.add(flow)
                waiting += self._onward(name, flow)

    def _onward(self, name: str, flow: Flow) -> Iterator[tuple[str, Flow]]:
        """Yield where a flow may go on to from an exchange, also by the death of what queues got."""
        source = self.router.sources.get(name)
        found = source.layout.may_match(flow) if source else ()
        for one in found:
            self.bindings.setdefault(id(one), []).append(flow)
        yield from ((one.destination, flow) for one in found if one.to_exchange)
        queues = {one.destination for one in found if not one.to_exchange}
        if name == "":
            queues.update(_named(self.router, flow))
        self.queues |= queues
        yield from (self._dead(to, flow) for queue in queues & self.targets.keys() for to in self.targets[queue])
        if self.by_alternates and source and source.alternate is not None:
            yield source.alternate, flow

    def _dead(self, target: DeadLetters, flow: Flow) -> tuple[str, Flow]:
        """Return where the dead letters of a flow go on from; all with one key are one flow."""
        if target.key is None:
            return target.exchange, flow
        fixed = Flow(tuple(literal(word) for word in words(target.key)))
        return target.exchange, self.fixed.setdefault(target.key, fixed)


def targets(router: Router, spec: Spec) -> dict[str, list[DeadLetters]]:
    """Return where the dead letters of queues go, of those that keep them; consumers of a spec send some by error."""
    queues = router.topology.queues.values()
    found = {one.name: [to] for one in queues if (to := effective.dead_letters(one, router.policies))}
    for queue in spec.queues.values():
        by_error = queue.dead_letter.by_error if queue.dead_letter else {}
        to_others = (DeadLetters(one.exchange, one.key) for one in by_error.values())
        found.setdefault(queue.name, []).extend(to_others)
    return found


def _named(router: Router, flow: Flow) -> Iterable[str]:
    """Return the queues whose name may be a key of the flow, as the default exchange routes."""
    names, key = router.topology.queues, flow.key
    if key is not None:
        return [key] if key in names else []
    return [name for name in names if flow.may_have_key(name)]
