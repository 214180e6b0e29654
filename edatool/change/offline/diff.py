"""What a change of a spec does, seen without a broker."""

from edatool.change.offline.contract_changes import ContractChange
from edatool.change.offline.declaration_changes import DeclarationChange
from edatool.change.plan import Plan
from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.definitions.file import DefinitionsFile


@frozen
class Before:
    """The side that a spec is compared with, called ``against``: an earlier spec, or what a broker had.

    Both are None where there was nothing yet. ``kept`` tells that the spec is what apply leaves on a broker: without
    tests, users and whatever else holds secrets.
    """

    against: str
    spec: Routes | None = None
    definitions: DefinitionsFile | None = None
    kept: bool = False


@frozen
class Diff:
    """What differs from ``before``: the plan on a vhost which is exactly that, and what no broker knows.

    ``contracts`` are the files of schemas that differ, ``declarations`` the events, filters, and who takes part;
    ``new`` are the findings that were not there before, ``mended`` those that are not there any more.
    """

    before: Before
    plan: Plan
    contracts: tuple[ContractChange, ...] = ()
    declarations: tuple[DeclarationChange, ...] = ()
    new: tuple[Finding, ...] = ()
    mended: tuple[Finding, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing differs; findings do not count."""
        return not (self.plan.steps or self.contracts or self.declarations)
