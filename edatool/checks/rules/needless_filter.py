"""Every event that can come to a binding matches its filter."""

from edatool.checks.examples import brief_payload
from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        verdict = use.verdict()
        if use.arriving and verdict.holds == "always":
            shown = next((payload for one in use.arriving for payload, _ in one.examples()), None)
            example = f", such as {brief_payload(shown, 120)}" if shown is not None else ""
            message = f"the filter matches everything here{example}, for {verdict.why}: leave it out"
            yield at(*use.binding.path, "filter"), message
