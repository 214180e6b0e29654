"""The files of a spec rewritten: fixed, and laid out."""

from collections.abc import Mapping

from edatool.api.specs import load_files
from edatool.checks.findings import fixing
from edatool.checks.findings.fixing import Fixed
from edatool.errors import WrongUsage
from edatool.runtime.resolve import BROKER, PREFIX
from edatool.spec.canonical.files import laid_out
from edatool.spec.files import STANDARD_INPUT
from edatool.spec.text.rewriting import Rewritten, rewrite


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


def fmt(*files: str, write: bool = True) -> tuple[Rewritten, ...]:
    """Give files of specs the canonical layout, with the same meaning and all comments.

    Args:
        files: parts of specs; files that are none are left out. ``-`` is standard input, and is not written.
        write: whether the files are written, or only returned.

    Returns:
        Each file with both texts, which are the same where it has that layout already.

    Raises:
        InvalidInput: a file cannot be read, or is no YAML; then none is written.
        WrongUsage: a file cannot be written.
    """
    done = laid_out(files)
    for one in done if write else ():
        if one.file != STANDARD_INPUT and one.before != one.after:
            rewrite(one)
    return done
