"""What users may do with what a spec declares, by the patterns of their permissions."""

from typing import Literal, get_args

from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.pcre.errors import Unsupported
from edatool.routing.pcre.pattern import compile_pattern
from edatool.site.addresses import Subject

Permission = Literal["configure", "write", "read"]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)


@frozen
class Right:
    """A permission of a user: its pattern, and the queues and exchanges that fit; None where only RabbitMQ can tell."""

    pattern: str
    fits: tuple[Subject, ...] | None

    def covers(self, subject: Subject) -> bool:
        """Tell whether something is known to fit."""
        return subject in (self.fits or ())


def rights(routes: Routes) -> dict[str, dict[Permission, Right]]:
    """Return the permissions of each user that may enter the vhost."""
    declared: list[Subject] = [
        *(("exchange", name) for name in routes.spec.exchanges),
        *(("queue", name) for name in routes.spec.queues),
    ]
    return {
        one.name: {permission: _right(one.permissions[permission], declared) for permission in PERMISSIONS}
        for one in routes.spec.users.values()
        if one.permissions is not None
    }


def _right(pattern: str, declared: list[Subject]) -> Right:
    try:
        compiled = compile_pattern(pattern or "^$")  # an empty one allows nothing (RabbitMQ, access control)
    except Unsupported:
        return Right(pattern, None)
    return Right(pattern, tuple(one for one in declared if compiled.matches(one[1])))
