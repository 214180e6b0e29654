"""Standard input, which ``-`` stands for, and which can be read only once."""

from collections.abc import Mapping

from edatool.errors import WrongUsage

_READ = (
    "files",
    "specs",
    "tests",
    "plan_file",
    "names",
    "payload",
    "arguments",
    "pattern",
    "definitions",
    "source",
    "body",
)
"""The parameters of commands that name files to be read."""


def require_one_reader(params: Mapping[str, object]) -> None:
    """Refuse a command line that has two files read from standard input.

    Raises:
        WrongUsage: ``-`` is there twice.
    """
    if sum(_readers(params.get(name)) for name in _READ) > 1:
        raise WrongUsage("- is given twice, and standard input can be read only once: name a file for one of them")


def _readers(given: object) -> int:
    if isinstance(given, tuple):
        return sum(map(_readers, given))
    return int(given == "-" or getattr(given, "name", None) == "<stdin>")  # click has opened it where it takes a file
