"""Where consumers remember what they have handled."""

from typing import Literal

from edatool.runtime.database.tables import DIALECTS
from edatool.runtime.inbox.schema import ddl


def inbox_ddl(dialect: Literal["postgresql", "sqlite"] = "postgresql") -> tuple[str, ...]:
    """Return the statements that make the table of an inbox in a service's own database."""
    return tuple(ddl(DIALECTS[dialect]))
