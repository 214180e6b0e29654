"""Plans in files: reviewed now, applied later."""

from edatool.change import planfile
from edatool.change.plan import Plan
from edatool.change.planfile import PlanFile
from edatool.new_file import new_file


def save_plan(plan: Plan, file: str, *, force: bool = False) -> None:
    """Write a plan to a file, for ``load_plan``; only its owner may read it, for it tells the whole topology.

    With it goes what its ``raise_if_unsafe`` was told to allow. ``force`` replaces a file that is there.

    Raises:
        Unsafe, BrokerRefused: the plan is not safe with that.
        WrongUsage: the file is there already and no ``force``, or cannot be written.
    """
    text = dump_plan(plan)
    with new_file(file, force=force, private=True) as opened:
        opened.write(text)


def dump_plan(plan: Plan) -> str:
    """Return what ``save_plan`` writes.

    Raises:
        Unsafe, BrokerRefused: as of ``save_plan``.
    """
    allowed = plan.agreement.allowed
    plan.raise_if_unsafe(allowed)
    return planfile.dumped(planfile.reviewed(plan, allowed))


def load_plan(file: str) -> PlanFile:
    """Read a plan that ``save_plan``, or ``edatool plan --save``, has written; ``-`` is standard input.

    Raises:
        WrongUsage: there is no such file, or it is no plan of this version of edatool.
    """
    return planfile.read(file)
