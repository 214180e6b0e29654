"""What a finding is known by in two runs between which lines have moved."""

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from edatool.findings import Finding
from edatool.render.findings.shown import ShownFindings


def fingerprints(findings: Iterable[Finding], shown: ShownFindings) -> Iterator[str]:
    """Yield a hexadecimal number for each of the findings that are shown, in their order.

    It is made of the code, the file, and what the line says, or the finding itself where that is not known; of those
    alike in all of it also the how many-th it is. So they differ, and stay as they are where lines are added above.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for one in findings:
        known = _known_by(one, shown)
        seen[known] += 1
        yield sha256("\0".join((*known, str(seen[known]))).encode(errors="surrogatepass")).hexdigest()[:32]


def _known_by(one: Finding, shown: ShownFindings) -> tuple[str, str, str]:
    line = shown.line(one.at)
    return one.code, shown.path(one.at), one.message if line is None else line.strip()
