"""Bindings that no declared event and no dead letter can match."""

from collections.abc import Iterator

from edatool.checks.routed import Origin, Routed
from edatool.routing.topology import Binding


def unmatched_bindings(routed: Routed) -> Iterator[tuple[Binding, Origin]]:
    """Yield them with the place where they are declared."""
    for name in routed.known & routed.router.sources.keys():
        source = routed.router.sources[name]
        for binding in source.bindings:
            origin = routed.origin(binding)
            if origin and id(binding) not in routed.spread.bindings:
                yield binding, origin
