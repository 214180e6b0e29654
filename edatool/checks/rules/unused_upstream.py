"""A federation upstream that no policy of this spec federates with; alone it does nothing."""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    definitions = [policy.definition for policy in subject.spec.policies.values()]
    if any("federation-upstream-set" in one or "federation-upstream-pattern" in one for one in definitions):
        return
    used = [one.get("federation-upstream") for one in definitions]
    for name in subject.spec.federation_upstreams:
        if name not in used:
            message = f"no policy federates with {name!r}: write a policy with federation-upstream: {name}"
            yield at_key("federation_upstreams", name), message
