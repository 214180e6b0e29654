"""No policy of this spec federates with a federation upstream.

An upstream does nothing by itself. Write a policy with `federation-upstream`, or remove the upstream.

Bad:

    edatool: 1
    name: shop
    federation_upstreams:
      far: {uri: {env: FAR_URI}}

    $ edatool validate
    routes.yaml:4:3: W286 no policy federates with 'far': write a policy with federation-upstream: far

Good:

    edatool: 1
    name: shop
    federation_upstreams:
      far: {uri: {env: FAR_URI}}
    policies:
      federated: {pattern: "^events$", apply_to: exchanges, definition: {federation-upstream: far}}
"""

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
