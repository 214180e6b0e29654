"""An exchange or queue is declared with a name that edatool gives to what it makes for filters."""

from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at_key
from edatool.routing.lowering.generated import names


def find(filtered: Filtered) -> Found:
    subject = filtered.routed.subject
    if filtered.filtering.stamped:
        own = names(subject.spec.name)
        taken = {own.filters, own.stamps, own.intake, own.stuck, own.refused}
        for kind, declared in (("exchanges", subject.spec.exchanges), ("queues", subject.spec.queues)):
            for name in declared:
                if name in taken:
                    message = f"{name!r} is what edatool calls an object that it makes for filters: choose another name"
                    yield at_key(kind, name), message
