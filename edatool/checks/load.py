"""Files to a checked spec with its contracts: what every command and the publisher begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edatool.checks.check import check, check_routing
from edatool.checks.subject import Subject
from edatool.contracts.contract import Contract
from edatool.contracts.load import load as load_contracts
from edatool.errors import InvalidInput
from edatool.findings import Finding, in_order
from edatool.routing.acceptance.objection import Server
from edatool.spec.load import Loaded
from edatool.spec.load import load as load_spec
from edatool.spec.spec import Spec


@dataclass(frozen=True, slots=True)
class Checked:
    """A spec, the contracts of its events by schema file, and everything that is wrong with them.

    Only without errors among the findings may the spec be acted on.
    """

    spec: Spec
    contracts: Mapping[str, Contract]
    findings: tuple[Finding, ...]


def load(files: Sequence[str], environment: Mapping[str, str], server: Server | None = None) -> Checked:
    """Read specs (later ones override earlier ones) and schemas, and check them; ``environment`` is for ``${NAME}``.

    With a ``server``, also what that RabbitMQ refuses or ignores is found.
    """
    loaded = load_spec(files, environment)
    schemas = sorted({event.schema for event in loaded.spec.events.values() if event.schema})
    return checked_with(loaded, *load_contracts(Path(loaded.spec.root), schemas), server)


def checked_with(
    loaded: Loaded, contracts: Mapping[str, Contract], wrong: Sequence[Finding], server: Server | None = None
) -> Checked:
    """Check a spec that was read, with its contracts and what is wrong with their files."""
    subject = Subject(loaded.spec, contracts, server)
    findings = [*loaded.findings, *wrong, *check(subject)]
    if not any(finding.is_error for finding in findings):
        findings += check_routing(subject)
    return Checked(loaded.spec, contracts, tuple(in_order(findings)))


def require_valid(spec: str | Sequence[str] | Checked, environment: Mapping[str, str]) -> Checked:
    """Return a spec that may be acted on: from a file, from several that override each other, or loaded already.

    Raises:
        InvalidInput: it has errors; all findings, warnings too, are in it.
    """
    files = [spec] if isinstance(spec, str) else spec
    checked = files if isinstance(files, Checked) else load(files, environment)
    if any(finding.is_error for finding in checked.findings):
        raise InvalidInput(checked.findings)
    return checked
