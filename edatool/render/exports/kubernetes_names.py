"""Names of Kubernetes resources, made of names that may be anything."""

import hashlib
import re

from edatool.routing.topology import Binding, Object, Setting

_LONGEST = 253
"""The most characters that a resource's name has (RFC 1123, as Kubernetes reads it)."""


def resource_name(one: Object, prefix: str) -> str:
    """Return the name of an object's resource: its own where that is a DNS name, else with a hash behind it.

    Resources of different kinds may have one name.
    """
    if isinstance(one, Binding):
        name = f"{prefix}-{one.source}-{one.destination}-{one.key}"
        return _hashed(name, repr((prefix, one.identity)))
    own = one.kind if isinstance(one, Setting) and not one.name else one.name
    name = f"{prefix}-{own}"
    return name if _dns_name(name) == name and len(name) <= _LONGEST else _hashed(name, repr((prefix, own)))


def secret_name(one: Setting, prefix: str) -> str:
    """Return the name of the Secret that an object's resource refers to, different from all others."""
    name = f"{resource_name(one, prefix)}-{one.kind.replace(' ', '-')}"
    return name if len(name) <= _LONGEST else _hashed(name, name)


def _hashed(name: str, identity: str) -> str:
    digest = hashlib.sha256(identity.encode()).hexdigest()[:10]
    short = _dns_name(name)[: _LONGEST - len(digest) - 1].rstrip("-.")
    return f"{short}-{digest}" if short else digest


def _dns_name(text: str) -> str:
    labels = re.sub(r"[^a-z0-9.]+", "-", text.lower()).split(".")
    return ".".join(stripped for label in labels if (stripped := label.strip("-")))
