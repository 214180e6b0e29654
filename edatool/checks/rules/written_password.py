"""A URI with a password in it is written into the spec.

A spec is kept where many read it. Name where the URI is read from: `{env: NAME}` or `{file: PATH}`.

Bad:

    edatool: 1
    name: shop
    federation_upstreams:
      far: {uri: "amqps://shop:secret@far.example"}
    policies:
      federated: {pattern: "^events$", apply_to: exchanges, definition: {federation-upstream: far}}

    $ edatool validate
    routes.yaml:4:3: E281 a URI of 'far' has its password in it: name where it is read from, {env: NAME} or {file: PATH}

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
from edatool.spec.secret import has_password, texts


def find(subject: Subject) -> Found:
    spec = subject.spec
    for section, objects in (
        ("federation_upstreams", spec.federation_upstreams),
        ("shovels", spec.shovels),
        ("triggers", {name: one.http for name, one in spec.triggers.items()}),
        ("deliveries", {name: one.to for name, one in spec.deliveries.items()}),
    ):
        for name, value in objects.items():
            if any(has_password(text) for text in texts(value)):
                way_out = "name where it is read from, {env: NAME} or {file: PATH}"
                message = f"a URI of {name!r} has its password in it: {way_out}"
                yield at_key(section, name), message
