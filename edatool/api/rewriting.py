"""The files of a spec rewritten: fixed."""

from collections.abc import Mapping

from edatool.api.specs import load_files
from edatool.checks import fixing
from edatool.checks.fixing import Fixed
from edatool.errors import WrongUsage
from edatool.runtime.resolve import BROKER, PREFIX
from edatool.spec.files import STANDARD_INPUT
from edatool.spec.rewriting import rewrite


def fix(
    *files: str,
    environment: Mapping[str, str] | None = None,
    rabbitmq: str | None = None,
    profile: str | None = None,
    write: bool = True,
) -> Fixed:
    """Fix what has one right answer in the files of a spec; comments, order and layout stay as they are.

    Each file is read again as it would be, and is not written unless it says what was intended, and nothing else.

    Args:
        files: the spec, as of ``load``; files of it that are not on this machine's disk cannot be fixed.
        environment: the values of ``${NAME}`` in the spec, by default those of the process.
        rabbitmq: a version such as ``4.3``, to find what that RabbitMQ refuses or ignores, too.
        profile: ``strict`` or ``migration-4``, instead of the one that the spec's ``checks`` name.
        write: whether the files are written, or only returned.

    Raises:
        WrongUsage: a file cannot be written, or is none of this folder's; there is no such version or profile.
    """
    given = files or ("routes.yaml",)
    if elsewhere := next((one for one in given if one == STANDARD_INPUT or one.startswith((PREFIX, BROKER))), None):
        raise WrongUsage(f"{elsewhere} is no file that can be written: name files to fix them")
    done = fixing.fixed(lambda texts: load_files(given, environment, rabbitmq, profile, texts=texts))
    for one in done.files if write else ():
        rewrite(one)
    return done
