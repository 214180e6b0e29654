"""What reads which field of a payload: what somebody has to look at who renames it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from edatool.filters.analysis import conditions
from edatool.filters.paths import names_of
from edatool.filters.pattern import Filter
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.site.addresses import Subject
from edatool.site.ways import Way
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.sources import SpecMapping
from edatool.spec.spec import SpecBinding
from edatool.spec.template import FieldPath

Names = tuple[str, ...]


@frozen
class Use:
    """Something that reads a field of an event, or writes it.

    ``by`` says what it is, of which ``subject`` is the page, and ``written`` how the field stands there. ``queues``
    are those to which messages come by what the field says.
    """

    event: str
    by: str
    subject: Subject
    written: str
    queues: tuple[str, ...] = ()


def uses(routes: Routes, ways: Mapping[str, Way], known: Mapping[str, Iterable[Names]]) -> dict[Names, list[Use]]:
    """Return all uses of fields, by the names on the way to each; ``known`` are those of each event's contract."""
    found: dict[Names, list[Use]] = {}
    for event, way in ways.items():
        for path, use in (
            *_of_event(routes, event, way),
            *_of_filters(routes, event, way),
            *_of_readers(routes, event, way),
            *_of_senders(routes, event, list(known[event])),
        ):
            found.setdefault(path, []).append(use)
    return found


def _of_event(routes: Routes, name: str, way: Way) -> Iterator[tuple[Names, Use]]:
    event = routes.spec.events[name]
    subject: Subject = ("event", name)
    by_key = tuple(dict.fromkeys(_queue(one.binding.destination, way) for one in way.exchanges[event.exchange]))
    for path in dict.fromkeys(event.key.fields):
        yield path.names, Use(name, "routing key", subject, str(event.key), tuple(filter(None, by_key)))
    for header, path in event.headers.items():
        asking = [one for taken in way.exchanges.values() for one in taken if header in one.binding.arguments]
        queues = dict.fromkeys(_queue(one.binding.destination, way) for one in asking)
        yield path.names, Use(name, "header", subject, f"{header}: {path}", tuple(filter(None, queues)))
    if event.subject:
        yield event.subject.names, Use(name, "subject of the CloudEvent", subject, f"subject: {event.subject}")


def _queue(destination: str, way: Way) -> str | None:
    return destination if destination in way.queues else None


def _of_filters(routes: Routes, name: str, way: Way) -> Iterator[tuple[Names, Use]]:
    asked: dict[tuple[Names, Subject], dict[str, None]] = {}
    for taken in way.exchanges.values():
        for one in taken:
            condition = routes.filters.of(one.declared)
            for path in fields_of(condition) if condition else ():
                queues = asked.setdefault((path, _subject(one.declared)), {})
                queues[one.declared.destination] = None
    for (path, subject), to in asked.items():
        by = f"filter {subject[1]}" if subject[0] == "filter" else "filter of a binding"
        yield path, Use(name, by, subject, f"data.{FieldPath(path)}", tuple(to))


def fields_of(condition: Filter) -> list[Names]:
    """Return the fields of the payload that a filter reads."""
    paths = [path for path, _ in conditions(condition.pattern)]
    return list(dict.fromkeys(path[1:] for path in paths if path[0] == "data" and path[1:]))


def _subject(binding: SpecBinding) -> Subject:
    if isinstance(binding.filter, str):
        return ("filter", binding.filter)
    return ("queue", binding.queue) if binding.queue else ("exchange", binding.destination)


def _of_readers(routes: Routes, name: str, way: Way) -> Iterator[tuple[Names, Use]]:
    for one in routes.spec.consumers.values():
        if not set(one.queues) & set(way.queues):
            continue
        subject: Subject = ("consumer", one.name)
        if one.order_by:
            yield one.order_by.names, Use(name, "order of handling", subject, f"order_by: {one.order_by}")
        identity = one.inbox.identity if one.inbox else None
        if identity and identity.field:
            written = f"identity: payload.{identity.field}"
            yield identity.field.names, Use(name, "what tells events apart", subject, written)
    for delivery in routes.spec.deliveries.values():
        if delivery.queue in way.queues:
            yield from _of_delivery(routes, name, delivery)


def _of_delivery(routes: Routes, event: str, delivery: SpecDelivery) -> Iterator[tuple[Names, Use]]:
    own: Subject = ("delivery", delivery.name)
    for field, path in delivery.fields.items():
        root, _, rest = path.partition(".")
        if root == "data" and rest:
            yield names_of(rest), Use(event, "delivery", own, f"{field}: {path}")
    if delivery.order_by:
        yield delivery.order_by.names, Use(event, "order of handling", own, f"order_by: {delivery.order_by}")
    condition = routes.filters.of(delivery)
    named = isinstance(delivery.filter, str)
    by = f"filter {delivery.filter}" if named else "filter of a delivery"
    for asked in fields_of(condition) if condition else ():
        yield asked, Use(event, by, ("filter", str(delivery.filter)) if named else own, f"data.{FieldPath(asked)}")


def _of_senders(routes: Routes, name: str, known: Sequence[Names]) -> Iterator[tuple[Names, Use]]:
    for source in routes.spec.sources.values():
        for one in source.mappings:
            if one.event == name:
                yield from _filled(one, known, "webhook that fills it", ("source", source.name))
    for delivery in routes.spec.deliveries.values():
        if delivery.answer and delivery.answer.event == name:
            yield from _filled(delivery.answer, known, "answer that fills it", ("delivery", delivery.name))
    for service in routes.spec.soap.values():
        if name in service.events:
            for path in known:
                yield path, Use(name, "element of a SOAP operation", ("soap", service.name), "/".join((name, *path)))


def _filled(mapping: SpecMapping, known: Sequence[Names], by: str, subject: Subject) -> Iterator[tuple[Names, Use]]:
    """Yield the fields that a mapping fills: where it names none, those of the contract, as they come."""
    written = {names_of(field): f"{field}: {path}" for field, path in mapping.fields.items()}
    if not mapping.fields:
        written = {path: f"{FieldPath(path)}, as it comes" for path in known}
    written |= {names_of(field): f"{field}: a constant" for field in mapping.constants}
    for path, said in written.items():
        yield path, Use(mapping.event, by, subject, said)
