"""No event that can come to a binding can match its filter.

A filter that asks for a field or a value that the contracts do not know is left to those findings.
"""

from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at
from edatool.checks.unknown_to_contracts import unknown_fields, unknown_values


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        if use.arriving and not list(unknown_fields(use)) and not list(unknown_values(use)):
            verdict = use.verdict()
            if verdict.holds == "never":
                message = f"the filter never matches here, for {verdict.why}: correct it, or remove the binding"
                yield at(*use.binding.path, "filter"), message
