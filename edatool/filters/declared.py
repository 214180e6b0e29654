"""The filters of a spec: named ones and those that stand where they are used."""

from collections.abc import Mapping

from edatool.filters.parse import parse
from edatool.filters.pattern import Filter
from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.spec.filtering import MayFilter
from edatool.spec.spec import Spec
from edatool.spec.yaml_document import Path


@frozen
class Declared:
    """The filters of a spec that could be read: by name, and inline ones by the path of who uses them."""

    named: Mapping[str, Filter]
    inline: Mapping[Path, Filter]
    findings: tuple[Finding, ...]

    def of(self, user: MayFilter) -> Filter | None:
        """Return the filter that a binding or a delivery uses, None where it has none or that could not be read."""
        if isinstance(user.filter, str):
            return self.named.get(user.filter)
        return self.inline.get(user.path)


def declared(spec: Spec) -> Declared:
    """Read all filters of a spec; ``findings`` says everything that is wrong with them."""
    named = {name: parse(one, ("filters", name), spec.document.where) for name, one in spec.filters.items()}
    inline = {
        one.path: parse(one.filter, (*one.path, "filter"), spec.document.where)
        for one in spec.may_filter
        if one.filter is not None and not isinstance(one.filter, str)
    }
    wrong = [finding for one in (*named.values(), *inline.values()) if isinstance(one, list) for finding in one]
    return Declared(
        {name: one for name, one in named.items() if isinstance(one, Filter)},
        {path: one for path, one in inline.items() if isinstance(one, Filter)},
        tuple(wrong),
    )
