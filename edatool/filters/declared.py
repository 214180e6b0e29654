"""The filters of a spec: named ones and those that stand in a binding."""

from collections.abc import Mapping

from edatool.filters.parse import parse
from edatool.filters.pattern import Filter
from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.spec.spec import Spec, SpecBinding
from edatool.spec.yaml_document import Path


@frozen
class Declared:
    """The filters of a spec that could be read: by name, and inline ones by the path of their binding."""

    named: Mapping[str, Filter]
    inline: Mapping[Path, Filter]
    findings: tuple[Finding, ...]

    def of(self, binding: SpecBinding) -> Filter | None:
        """Return the filter of a binding, None where it has none or where that could not be read."""
        if isinstance(binding.filter, str):
            return self.named.get(binding.filter)
        return self.inline.get(binding.path)


def declared(spec: Spec) -> Declared:
    """Read all filters of a spec; ``findings`` says everything that is wrong with them."""
    named = {name: parse(one, ("filters", name), spec.document.where) for name, one in spec.filters.items()}
    inline = {
        one.path: parse(one.filter, (*one.path, "filter"), spec.document.where)
        for one in spec.bindings
        if one.filter is not None and not isinstance(one.filter, str)
    }
    wrong = [finding for one in (*named.values(), *inline.values()) if isinstance(one, list) for finding in one]
    return Declared(
        {name: one for name, one in named.items() if isinstance(one, Filter)},
        {path: one for path, one in inline.items() if isinstance(one, Filter)},
        tuple(wrong),
    )
