"""A spec written of what exists, and written for other tools."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from edatool.broker.session import Session
from edatool.checks.run import check
from edatool.checks.subject import Subject
from edatool.contracts.documents.folder import Folder
from edatool.contracts.load import load_from
from edatool.errors import WrongUsage
from edatool.findings import Finding, errors
from edatool.render.exports import FORMATS, Format
from edatool.render.exports.exported import Exported, ToExport
from edatool.routes import Routes
from edatool.routing.definitions import file as definitions
from edatool.routing.definitions.file import DefinitionsFile
from edatool.routing.importing.importing import imported
from edatool.routing.importing.saying import with_said
from edatool.routing.importing.source import ImportSource, Takeover, defined, spec_name
from edatool.silent import silent
from edatool.spec.load import load_text
from edatool.spec.text.write import as_routes
from edatool.visible import visible


def wrong_in(text: str, file: str) -> list[Finding]:
    """Return what ``edatool validate`` has against a spec without schemas, whose text is to stand in ``file``."""
    return _wrong_with(text, file, {})


def _wrong_with(text: str, file: str, schemas: Mapping[str, str]) -> list[Finding]:
    """Return the same of a spec with schemas, by their place beside it."""
    loaded = load_text(text, file)
    folder = Folder(Path(loaded.spec.root), texts={name: schema.encode() for name, schema in schemas.items()})
    names = sorted({event.schema for event in loaded.spec.events.values() if event.schema})
    contracts, wrong = load_from(folder, names)
    return errors([*loaded.findings, *wrong, *check(Subject(Routes(loaded.spec, contracts)))])


def read_definitions(file: str | BinaryIO) -> DefinitionsFile:
    """Read a definitions file of RabbitMQ, to route on it or to import it.

    Raises:
        WrongUsage: it cannot be read, or is no definitions file.
    """
    return _read(file, definitions.read)


def read_kubernetes(file: str | BinaryIO) -> DefinitionsFile:
    """Read what resources of RabbitMQ's Messaging Topology Operator declare, to import it.

    Raises:
        WrongUsage: it cannot be read, is no YAML, or holds no such resources, or those of several clusters.
    """
    from edatool.routing.importing.kubernetes import kubernetes

    return _read(file, lambda opened: kubernetes(*definitions.content(opened)))


def read_terraform_state(file: str | BinaryIO) -> DefinitionsFile:
    """Read what the provider cyrilgdn/rabbitmq has made, from a Terraform state, to import it.

    Raises:
        WrongUsage: it cannot be read, is no state, or holds nothing of RabbitMQ.
    """
    from edatool.routing.importing.terraform_state import terraform_state

    return _read(file, lambda opened: terraform_state(*definitions.content(opened)))


def read_asyncapi(file: str | BinaryIO) -> DefinitionsFile:
    """Read an AsyncAPI 3.0 document with bindings for AMQP, to import it with its events and their schemas.

    Raises:
        WrongUsage: it cannot be read, is no such document, holds nothing of RabbitMQ, or refers to what is outside it.
    """
    from edatool.routing.importing.asyncapi.asyncapi import asyncapi

    return _read(file, lambda opened: asyncapi(*definitions.content(opened)))


def _read(file: str | BinaryIO, read: Callable[[BinaryIO], DefinitionsFile]) -> DefinitionsFile:
    if not isinstance(file, str):
        return read(file)
    try:
        with Path(file).open("rb") as opened:
            return read(opened)
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {error.strerror}") from None


def import_(
    source: Session | DefinitionsFile,
    name: str | None = None,
    *,
    vhost: str | None = None,
    administration: bool = False,
    file: str | None = None,
    on_note: Callable[[str], None] = silent,
) -> Takeover:
    """Write a readable spec of all that a vhost holds, or a definitions file; its plan there changes nothing.

    Args:
        source: what exists.
        name: that of the spec; by default the vhost's, the file's or the folder's.
        vhost: which one, where a definitions file holds several.
        administration: take over the vhost itself, users, operator policies, upstreams and shovels, too.
        file: where the spec is to be, as findings name it.
        on_note: is told that what a vhost holds is from the management API alone, as AMQP did not let us in.

    Raises:
        WrongUsage: there is no such vhost, no management API, or nothing that gives the spec a name.
        BrokerError: nobody answers, or the user lacks a tag.
    """
    found = _source(source, vhost, administration=administration, on_note=on_note)
    taken = imported(found.topology, name or spec_name(found.vhost, found.file, file), found.vhost, found.importer)
    value, lost = with_said(taken.value, found.said)
    text = as_routes(value, visible(f"Taken over by edatool from {found.origin}."))
    wrong = _wrong_with(text, file or "routes.yaml", found.files)
    objects = taken.topology.size + len(value.get("events", {}))
    return Takeover(text, objects, (*taken.notes, *lost, *found.besides), tuple(wrong), found.files)


def export(
    what: Routes | Session,
    format: Format = "definitions",  # noqa: A002 - it is called so on the command line
    *,
    cluster: str = "",
    version: str = "1.0.0",
    on_note: Callable[[str], None] = silent,
) -> Exported:
    """Return a spec as RabbitMQ's definitions, as resources of its Kubernetes operator, as AsyncAPI, or to be watched.

    ``prometheus`` are alerting rules, and ``grafana`` is a dashboard.

    Args:
        what: the spec; or a vhost as it is, as definitions.
        format: the format.
        cluster: with ``kubernetes``, the name of the RabbitmqCluster.
        version: with ``asyncapi``, that of the document.
        on_note: is told that what a vhost holds is from the management API alone, as AMQP did not let us in.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: a vhost in another format than definitions.
        BrokerError: what is on the vhost cannot be seen.
    """
    if isinstance(what, Session):
        return _export_vhost(what, format, on_note)
    what.require_valid()
    return FORMATS.show(format, ToExport(what, cluster, version))


def _export_vhost(vhost: Session, format_name: Format, on_note: Callable[[str], None]) -> Exported:
    from edatool.broker.live import read_seen
    from edatool.render.exports.definitions import definitions_text

    if format_name != "definitions":
        raise WrongUsage("what a broker has is exported as definitions: name a spec for another format")
    topology, _ = read_seen(vhost, on_note)
    return Exported(definitions_text(topology, vhost.vhost))


def _source(
    source: Session | DefinitionsFile, vhost: str | None, *, administration: bool, on_note: Callable[[str], None]
) -> ImportSource:
    if isinstance(source, DefinitionsFile):
        return defined(source, vhost, administration=administration)
    from edatool.broker.http.inventory import read_source

    return read_source(source, administration=administration, on_note=on_note)
