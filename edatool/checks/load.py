"""Files to a checked spec with its contracts: what every command and the publisher begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edatool.checks.findings.followed import without_followers
from edatool.checks.findings.passwords import without_passwords
from edatool.checks.run import check, check_routing
from edatool.checks.subject import Subject
from edatool.contracts.contract import Contract
from edatool.contracts.load import load as load_contracts
from edatool.errors import InvalidInput
from edatool.findings import Finding, in_order
from edatool.kept import without_collecting
from edatool.routes import Routes
from edatool.routing.acceptance.objection import Server
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.load import Loaded, for_vhost
from edatool.spec.load import load as load_spec
from edatool.spec.spec import Event, Spec

if TYPE_CHECKING:
    from edatool.spec.git_tree import GitTree

_UNOPENED = ("E301", "E304", "E305")


@without_collecting()
def load(
    files: Sequence[str],
    environment: Mapping[str, str],
    server: Server | None = None,
    *,
    profile: str | None = None,
    errors_only: bool = False,
    texts: Mapping[Path, str] | None = None,
    tree: "GitTree | None" = None,
) -> Routes:
    """Read specs (later ones override earlier ones) and schemas, and check them; ``environment`` is for ``${NAME}``.

    With a ``server``, also what that RabbitMQ refuses or ignores is found. ``profile`` counts instead of the spec's.
    ``errors_only``: warnings, which take most of the time, are not looked for, but for those that reading finds; and no
    files are read that only deliveries need.
    ``texts``: what files are to hold, by resolved name, which hold something else yet. With a ``tree`` they are the
    files of a commit.
    """
    loaded = load_spec(files, environment, texts, tree)
    root = Path(loaded.spec.root)
    of_deliveries = set() if errors_only else _schemas(loaded.spec.deliveries)
    schemas = sorted(_schemas(loaded.spec.events) | of_deliveries)
    held = None if tree is None else tree.below(root)
    contracts, wrong = load_contracts(root, schemas, held)
    missing = {str(root / name): name for name in schemas}
    named = [_where_named(one, missing, loaded.spec) for one in wrong]
    if errors_only:
        checked = checked_with(loaded, contracts, named, server, errors_only=True, held=held)
        return checked.with_findings(without_passwords(checked.findings, environment))
    # Publishers ask for errors only.
    from edatool.checks.findings.counting import counted, severities  # noqa: PLC0415
    from edatool.checks.findings.ignoring import without_ignored  # noqa: PLC0415

    severity = severities(loaded.spec.checks, profile)
    off = frozenset(code for code, one in severity.items() if one == "off")
    checked = checked_with(loaded, contracts, named, server, off=off, held=held)
    found = counted(without_passwords(checked.findings, environment), severity)
    return without_ignored(checked.with_findings(found), severity)


def _where_named(finding: Finding, schemas: Mapping[str, str], spec: Spec) -> Finding:
    """Return a finding about a schema that could not be opened with the place that names it."""
    name = schemas.get(finding.at.file) if finding.at and finding.code in _UNOPENED else None
    if name is None or (finding.at and (finding.at.line, finding.at.column) != (1, 1)):
        return finding
    event = next((event.name for event in spec.events.values() if event.schema == name), None)
    if event is None:
        delivery = next(one.name for one in spec.deliveries.values() if one.schema == name)
        return replace(finding, at=spec.where("deliveries", delivery, "schema"))
    by_default = spec.where_key("events", event, "schema") == spec.where_key("events", event)
    path = ("defaults", "event", "schema") if by_default else ("events", event, "schema")
    return replace(finding, at=spec.where(*path))


def _schemas(declared: Mapping[str, Event] | Mapping[str, SpecDelivery]) -> set[str]:
    return {one.schema for one in declared.values() if one.schema}


def checked_with(
    loaded: Loaded,
    contracts: Mapping[str, Contract],
    wrong: Sequence[Finding],
    server: Server | None = None,
    *,
    off: frozenset[str] = frozenset(),
    errors_only: bool = False,
    held: Mapping[str, bytes] | None = None,
) -> Routes:
    """Check a spec that was read, with its contracts, those of receivers too, and what is wrong with their files.

    ``off`` are the codes of rules that are not asked. Nothing is said of what belongs together while a file of it could
    not be read. ``held``: the files in the folder of the spec where they are not those on the disk.
    """
    events, receivers = (
        {name: one for name, one in contracts.items() if name in named}
        for named in (_schemas(loaded.spec.events), _schemas(loaded.spec.deliveries))
    )
    routes = Routes(loaded.spec, events, receivers=receivers)
    subject = Subject(routes, server, loaded.lost, off, held)
    findings = [*loaded.findings, *wrong]
    if loaded.whole:
        findings += without_followers(loaded.spec.document, loaded.findings, check(subject, errors_only=errors_only))
    if not any(finding.prevents_use for finding in findings):
        findings += check_routing(subject, errors_only=errors_only)
    return routes.with_findings(in_order(list(dict.fromkeys(findings))))


def on_vhost(checked: Routes, default_queue_type: str, environment: Mapping[str, str]) -> Routes:
    """Return a spec that may be acted on as it is for a vhost whose queues are of this type where they name none.

    Raises:
        InvalidInput: what it says of such a queue is not for that type.
    """
    contracts = {**checked.receivers, **checked.contracts}
    again = checked_with(for_vhost(checked.spec, default_queue_type), contracts, (), errors_only=True)
    wrong = [one for one in without_passwords(again.findings, environment) if one.prevents_use]
    if wrong:
        raise InvalidInput(wrong)
    return again


def require_valid(
    spec: str | Sequence[str] | Routes, environment: Mapping[str, str], *, errors_only: bool = False
) -> Routes:
    """Return a spec that may be acted on: from a file, from several that override each other, or loaded already.

    Raises:
        InvalidInput: it has errors; all findings, warnings too unless ``errors_only``, are in it.
    """
    files = [spec] if isinstance(spec, str) else spec
    checked = files if isinstance(files, Routes) else load(files, environment, errors_only=errors_only)
    checked.require_valid()
    return checked
