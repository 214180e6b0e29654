"""Users, operator policies, upstreams and shovels that RabbitMQ refuses, or that do not do what they look like."""

from collections.abc import Iterator

from edatool.checks.subject import Findings, Subject
from edatool.errors import InvalidInput
from edatool.routing.pcre.pattern import PatternError, Unsupported, compile_pattern
from edatool.spec.secret import has_password, texts
from edatool.spec.text import Path

TAGS = frozenset(("administrator", "monitoring", "policymaker", "management", "impersonator", "none"))
"""The tags of RabbitMQ and its plugins («Access Control», «Management Plugin»)."""


def written_passwords(subject: Subject) -> Findings:
    """E281: a URI with a password in it is written into the spec."""
    spec = subject.spec
    for section, objects in (("federation_upstreams", spec.federation_upstreams), ("shovels", spec.shovels)):
        for name, value in objects.items():
            if any(has_password(text) for text in texts(value)):
                way_out = "name where it is read from, {env: NAME} or {file: PATH}"
                message = f"a URI of {name!r} has its password in it: {way_out}"
                yield subject.about_key("E281", message, section, name)


def patterns(subject: Subject) -> Findings:
    """W282, E288: a pattern that cannot be judged here, that RabbitMQ refuses, or that takes too long."""
    names = (*subject.spec.exchanges, *subject.spec.queues)
    for path, pattern in _patterns(subject):
        try:
            compiled = compile_pattern(pattern)
            for name in names:
                compiled.matches(name)
        except Unsupported as error:
            message = f"{pattern!r} is left to RabbitMQ, for edatool does not read {error}: write it simpler"
            yield subject.finding("W282", message, *path)
        except PatternError as error:
            message = f"{pattern!r} is no regular expression ({error}), and RabbitMQ refuses it: correct it"
            yield subject.finding("E288", message, *path)
        except InvalidInput as error:
            yield subject.finding("E288", error.findings[0].message, *path)


def tags(subject: Subject) -> Findings:
    """W283: a tag of a user that RabbitMQ does not know; it accepts it, and it allows nothing."""
    for user in subject.spec.users.values():
        for index, tag in enumerate(user.tags):
            if tag not in TAGS:
                way_out = subject.nearest.way_out(tag, TAGS, "remove it, unless a plugin reads it")
                message = f"RabbitMQ does not know the tag {tag!r}: {way_out}"
                yield subject.finding("W283", message, "users", user.name, "tags", index)


def without_permissions(subject: Subject) -> Findings:
    """W284: a user without permissions in this vhost, who cannot even connect to it."""
    for user in subject.spec.users.values():
        if user.permissions is None:
            message = f"the user {user.name!r} has no permissions in this vhost and cannot connect to it: give it some"
            yield subject.about_key("W284", message, "users", user.name)


def room_for_the_lock(subject: Subject) -> Findings:
    """W310: a max_queues of the vhost that leaves no room for the lock of apply, which is a queue while it works."""
    limits = subject.spec.virtual_host.limits if subject.spec.virtual_host else {}
    most = limits.get("max-queues", -1)
    own = [one for one in subject.spec.queues.values() if not one.external]
    count = len(own) + sum(len(one.retry) for one in own)
    if 0 <= most <= count:
        message = (
            f"max_queues {most} leaves no room for the lock of apply beside the {count} queues declared here, so that "
            f"apply will be refused: raise it to {count + 1} at least"
        )
        yield subject.about_key("W310", message, "virtual_host", "limits", "max_queues")


def unused_upstreams(subject: Subject) -> Findings:
    """W286: a federation upstream that no policy of this spec federates with; alone it does nothing."""
    definitions = [policy.definition for policy in subject.spec.policies.values()]
    if any("federation-upstream-set" in one or "federation-upstream-pattern" in one for one in definitions):
        return
    used = [one.get("federation-upstream") for one in definitions]
    for name in subject.spec.federation_upstreams:
        if name not in used:
            message = f"no policy federates with {name!r}: write a policy with federation-upstream: {name}"
            yield subject.about_key("W286", message, "federation_upstreams", name)


def _patterns(subject: Subject) -> Iterator[tuple[Path, str]]:
    for section, policies in (
        ("policies", subject.spec.policies),
        ("operator_policies", subject.spec.operator_policies),
    ):
        for policy in policies.values():
            yield (section, policy.name, "pattern"), policy.pattern
    for user in subject.spec.users.values():
        for key, pattern in (user.permissions or {}).items():
            yield ("users", user.name, "permissions", key), pattern
        for exchange, allowed in user.topic_permissions.items():
            for key, pattern in allowed.items():
                # Topic permissions may hold {username} and {vhost}, which RabbitMQ replaces («Access Control»).
                plain = pattern.replace("{username}", "").replace("{vhost}", "")
                yield ("users", user.name, "topic_permissions", exchange, key), plain
