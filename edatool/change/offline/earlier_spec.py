"""What a vhost has on which exactly an earlier state of a spec was applied."""

from collections.abc import Sequence

from edatool.change.ledger import Ledger
from edatool.change.ledgers import Ledgers
from edatool.change.offline.diff import Before
from edatool.change.offline.there import There
from edatool.findings import Finding
from edatool.routes import Routes
from edatool.routing.acceptance.objection import Server
from edatool.routing.topology import collect
from edatool.routing.version import NEWEST


def there_by_spec(before: Before, now: Routes, server: Server | None = None) -> There:
    """Return what the vhost of a spec has where an earlier spec, or none, is all that was applied.

    What others have to have made is there. With another name the earlier state is another spec, and with another vhost
    nothing of it is on this one. Where it has errors nobody knows what it was.
    """
    vhost, earlier = now.spec.vhost or "/", before.spec
    version = server.version if server else NEWEST
    ours = Ledger(now.spec.name, vhost)
    if earlier and not earlier.ok:
        unseen = _unseen(before.against, [one for one in earlier.findings if one.prevents_use])
        return There(vhost, None, Ledgers(ours, refused=unseen), server, version, unseen=unseen)
    if earlier is None or moves(before, now):
        return There(vhost, now.external, Ledgers(ours), server, version)
    settings = now.own.settings.values() if before.kept else ()
    there = collect([*now.external.objects, *earlier.topology.objects, *settings])
    theirs = Ledger(earlier.spec.name, vhost, collect([*earlier.own.objects, *settings]))
    ledgers = Ledgers(theirs) if theirs.spec == ours.spec else Ledgers(ours, (theirs,))
    return There(vhost, there, ledgers, server, version, earlier)


def moves(before: Before, now: Routes) -> bool:
    """Tell whether a spec is for another vhost than before; one with a variable that is not set may be the same."""
    if before.spec is None or before.kept:
        return False
    vhosts = [one.spec.vhost or "/" for one in (before.spec, now)]
    return vhosts[0] != vhosts[1] and not any("${" in one for one in vhosts)


def _unseen(against: str, wrong: Sequence[Finding]) -> str:
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return f"the spec of {against} has errors: {wrong[0]}{more}"
