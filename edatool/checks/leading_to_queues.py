"""The exchanges from which messages may come to a queue at all."""

from edatool.routing.router import Router


def leading_to_queues(router: Router) -> set[str]:
    """Return the exchanges from which any way leads to a queue."""
    before: dict[str, list[str]] = {}
    waiting = []
    for name, source in router.sources.items():
        onward = [one.destination for one in source.bindings if one.to_exchange]
        for destination in (*onward, *([source.alternate] if source.alternate is not None else [])):
            before.setdefault(destination, []).append(name)
        if len(onward) < len(source.bindings):
            waiting.append(name)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += before.get(name, [])
    return found
