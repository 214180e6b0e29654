"""An exchange replaced by another of the same name.

A stand-in of the new type has all bindings of the exchange before it is deleted. The new exchange leads everything
to the stand-in from its first moment: by a policy that makes the stand-in its alternate, and right after by bindings
that match every message; then it gets its own bindings. A queue reached by both ways gets a message once.

    sources -> exchange, stand-in -> destinations
    sources -> stand-in -> destinations                       the exchange is deleted and declared anew
    sources -> new exchange, stand-in; new exchange -> stand-in -> destinations
    sources -> new exchange -> destinations
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from edatool.broker.declare.swap import swap_exchange
from edatool.change.replacing.replacement import bindings_of
from edatool.change.replacing.work import Work
from edatool.routing import effective
from edatool.routing.exchange_types.types import type_named
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology


def replace_exchange(work: Work) -> None:
    """Replace an exchange, from whatever point on."""
    live = work.read()
    state, stand_in = work.state(live), work.one.helper("stand-in")
    if state != "new":
        final = _final(work, live)
        begin(work, live, final)
        work.report(f"delete the old exchange {work.name}, and declare the new one")
        old = work.one.old if state == "old" else None
        assert not isinstance(old, Queue)
        swap_exchange(work.session, old, _new(work), _covers(work, final))
        live = work.read()
    if stand_in in live.exchanges:
        finish(work, live)
    else:
        work.bind(work.one.after)


def begin(work: Work, live: Topology, final: list[Binding]) -> None:
    """Make the stand-in, with all that leads from and to it, and the policy that leads to it."""
    without_ours = _without_policy(work, live)
    stand_in, alternate = work.one.helper("stand-in"), _alternate(work, without_ours)
    arguments = {} if alternate is None else {"alternate-exchange": alternate}
    if stand_in not in live.exchanges:
        work.report("declare the exchange that stands in")
        work.create([Exchange(stand_in, _new(work).type, internal=True, arguments=arguments)])
    work.report("bind the exchange that stands in")
    from_it, to_it = _split(work, final)
    work.bind([replace(one, source=stand_in) for one in from_it])
    if "alternate-exchange" not in _new(work).arguments:
        work.report(f"make it the alternate of {work.name} by a policy")
        work.http().put_policy(covering_policy(work, without_ours))
    work.report(f"bind the exchange that stands in to what {work.name} is bound to")
    work.bind([replace(one, destination=stand_in) for one in to_it])


def finish(work: Work, live: Topology) -> None:
    """Give the new exchange its own bindings, and remove the helper objects."""
    stand_in = work.one.helper("stand-in")
    here = [one for one in bindings_of(_new(work), live) if one.destination != stand_in]
    there = bindings_of(Exchange(stand_in, ""), live)
    from_stand_in = [replace(one, source=work.name) for one in there if one.source == stand_in]
    covers = [one for one in live.bindings.values() if (one.source, one.destination) == (work.name, stand_in)]
    to_stand_in = [
        one
        for one in live.bindings.values()
        if one.destination == stand_in and one.to_exchange and one.source != work.name
    ]
    diverted = [replace(one, destination=work.name) for one in to_stand_in]
    from_it, to_it = _split(work, work.one.final([*here, *from_stand_in, *diverted]))
    work.report(f"cover the new exchange {work.name} until it has its bindings")
    work.bind(_covers(work, from_it))
    work.report(f"bind the new exchange {work.name}")
    work.bind(from_it)
    work.report(f"bind the new exchange {work.name} to others")
    work.bind(to_it)
    work.report("remove the bindings to the exchange that stands in")
    work.unbind([*to_stand_in, *covers, *_covers(work, from_it)])
    work.report("remove the policy")
    work.http().delete_policy(Policy(work.one.helper("policy"), ""))
    work.report("remove the exchange that stands in")
    work.delete([Exchange(stand_in, "")])


def covering_policy(work: Work, live: Topology) -> Policy:
    """Return a policy for the exchange alone, which adds the stand-in as alternate to the policy that applies to it."""
    definition = effective.policy_of_exchange(_new(work), effective.policies(live.policies))
    return Policy(
        work.one.helper("policy"),
        f"^{re.escape(work.name)}$",
        "exchanges",
        1 + max((policy.priority for policy in live.policies.values()), default=0),
        {**definition, "alternate-exchange": work.one.helper("stand-in")},
    )


def cover(exchange: Exchange, stand_in: str, bindings: Iterable[Binding]) -> list[Binding]:
    """Return bindings from an exchange to another that together match whatever any of its bindings matches."""
    catch_all = type_named(exchange.type).catch_all
    assert catch_all, "obstacles() says that it cannot be replaced"
    return catch_all(exchange, stand_in, bindings)


def _covers(work: Work, final: Iterable[Binding]) -> list[Binding]:
    from_it = [one for one in final if one.source == work.name]
    return cover(_new(work), work.one.helper("stand-in"), from_it)


def _final(work: Work, live: Topology) -> list[Binding]:
    """Return the bindings that the exchange is to have, with those that were made meanwhile."""
    stand_in = work.one.helper("stand-in")
    return work.one.final(one for one in bindings_of(_new(work), live) if stand_in not in (one.source, one.destination))


def _split(work: Work, final: Iterable[Binding]) -> tuple[list[Binding], list[Binding]]:
    """Return the bindings from the exchange, and those to it."""
    bindings = list(final)
    from_it = [one for one in bindings if one.source == work.name]
    return from_it, [one for one in bindings if one.source != work.name]


def _alternate(work: Work, live: Topology) -> str | None:
    return effective.alternate(_new(work), effective.policies(live.policies))


def _without_policy(work: Work, live: Topology) -> Topology:
    own = work.one.helper("policy")
    return replace(live, policies={name: one for name, one in live.policies.items() if name != own})


def _new(work: Work) -> Exchange:
    assert isinstance(work.one.new, Exchange)
    return work.one.new
