"""Files with the layout that they are to have."""

from collections.abc import Sequence

from edatool.errors import InvalidInput
from edatool.findings import Finding, Position
from edatool.spec.canonical.canonical import canonical
from edatool.spec.files import Unreadable, read_given
from edatool.spec.format import ROUTES
from edatool.spec.text import text
from edatool.spec.text.decoded import Undecoded, decoded
from edatool.spec.text.rewriting import Rewritten


def laid_out(files: Sequence[str]) -> tuple[Rewritten, ...]:
    """Return the files that are parts of specs, with the canonical layout; nothing is written.

    Raises:
        InvalidInput: one cannot be read, or is no YAML.
    """
    wrong: list[Finding] = []
    contents = {file: content for file in dict.fromkeys(files) if (content := _read(file, wrong)) is not None}
    if wrong:
        raise InvalidInput(wrong)
    return tuple(Rewritten(file, content, canonical(content)) for file, content in contents.items())


def _read(file: str, wrong: list[Finding]) -> str | None:
    """Return the text of a part of a spec, None of another file; what keeps it from being read goes to ``wrong``."""
    try:
        content = decoded(read_given(file, text.MAX_BYTES))
    except Unreadable as error:
        wrong.append(Finding("E001", f"{file} {error}", Position(file, 1, 1)))
        return None
    except Undecoded as error:
        place = Position(file, error.line, error.column)
        wrong.append(Finding("E001", f"{file} is {error}: save it as UTF-8", place))
        return None
    document, found = text.read(content, file, None)
    if not document.whole:
        wrong += found
    known = isinstance(document.value, dict) and not document.value.keys().isdisjoint(ROUTES.fields)
    return content if known else None
