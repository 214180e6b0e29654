"""What the global parameters are called in which something of a spec is kept for a vhost."""

from collections.abc import Mapping


def name_of(prefix: str, vhost: str, spec: str) -> str:
    """Return the name, which is that of no other vhost and spec; most names stand in it as they are."""
    return f"{prefix}{_quoted(vhost)}:{_quoted(spec)}"


def former_name(prefix: str, vhost: str, spec: str) -> str:
    """Return the name that was used once, and that several could share: ``d:x`` in ``c``, and ``x`` in ``c:d``."""
    return f"{prefix}{vhost}:{spec}"


def spoken_of(prefix: str, name: str, value: object) -> tuple[str, str] | None:
    """Return the vhost and the spec that a parameter is about, None where name and value do not agree on that."""
    if not isinstance(value, Mapping):
        return None
    vhost, spec = value.get("vhost"), value.get("spec")
    if not isinstance(vhost, str) or not isinstance(spec, str):
        return None
    return (vhost, spec) if name in (name_of(prefix, vhost, spec), former_name(prefix, vhost, spec)) else None


def may_be_about(prefix: str, name: str, vhost: str) -> bool:
    """Tell whether a parameter of this name may be about a vhost, whatever is in it."""
    return name.startswith((name_of(prefix, vhost, ""), former_name(prefix, vhost, "")))


def _quoted(name: str) -> str:
    return name.replace("%", "%25").replace(":", "%3A")
