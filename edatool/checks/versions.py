"""What RabbitMQ refuses or ignores of a spec: all versions, the one that it is for, or the newest."""

from collections.abc import Iterator

from edatool.checks.accepted import Accepted
from edatool.checks.subject import Findings
from edatool.findings import Finding
from edatool.routing.acceptance.objection import Objection
from edatool.routing.topology import Queue, Setting
from edatool.spec.history import DEPENDS, IGNORED, REFUSED, Verdict
from edatool.spec.policy_settings import POLICY_SETTINGS


def arguments_in_policies(accepted: Accepted) -> Findings:
    """E226: a setting that no RabbitMQ takes in a policy, as queues have it as an argument; the policy is refused."""
    for finding, one in _found("E226", accepted, REFUSED, ever=True):
        if not isinstance(one.object, Queue) and one.part not in POLICY_SETTINGS:
            yield finding


def unknown_settings(accepted: Accepted) -> Findings:
    """W227: a setting of a policy that RabbitMQ does not know, so it refuses the policy unless a plugin knows it."""
    yield from (finding for finding, _ in _found("W227", accepted, DEPENDS, ever=True))


def operator_settings(accepted: Accepted) -> Findings:
    """W285: an operator policy with a setting that only other policies take; RabbitMQ refuses it."""
    for finding, one in _found("W285", accepted, REFUSED, ever=True):
        if isinstance(one.object, Setting) and one.part in POLICY_SETTINGS:
            yield finding


def settings_without_effect(accepted: Accepted) -> Findings:
    """W432: a setting that nothing has to which the policy applies, such as a length of exchanges; it is ignored."""
    yield from (finding for finding, _ in _found("W432", accepted, IGNORED, ever=True))


def refused_by_version(accepted: Accepted) -> Findings:
    """E227: what the RabbitMQ that is named with --rabbitmq refuses, and others do not."""
    if accepted.subject.server:
        yield from (finding for finding, _ in _found("E227", accepted, REFUSED, ever=False))


def refused_by_newest(accepted: Accepted) -> Findings:
    """W228: what the newest RabbitMQ refuses, and earlier ones do not; said where no version is named."""
    if not accepted.subject.server:
        for finding, one in _found("W228", accepted, REFUSED, ever=False):
            # W226 tells more of queues that are not durable.
            if one.part != "durable":
                yield finding


def ignored_by_version(accepted: Accepted) -> Findings:
    """W229: what the RabbitMQ that is named with --rabbitmq takes and ignores, and others do not."""
    if accepted.subject.server:
        yield from (finding for finding, _ in _found("W229", accepted, IGNORED, ever=False))


def needs_plugin(accepted: Accepted) -> Findings:
    """W431: what the RabbitMQ that is named with --rabbitmq takes only with a plugin."""
    if accepted.subject.server:
        yield from (finding for finding, _ in _found("W431", accepted, DEPENDS, ever=False))


def _found(code: str, accepted: Accepted, verdict: Verdict, *, ever: bool) -> Iterator[tuple[Finding, Objection]]:
    for one, path in accepted.objections:
        if one.verdict is verdict and one.ever is ever:
            yield accepted.subject.about_key(code, one.why, *path), one
