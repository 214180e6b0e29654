"""The patterns of policies and permissions."""

from collections.abc import Iterator

from edatool.checks.subject import Subject
from edatool.spec.yaml_document import Path


def patterns(subject: Subject) -> Iterator[tuple[Path, str]]:
    """Yield where each stands, and its text."""
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
