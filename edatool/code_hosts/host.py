"""What a code host is asked for: the comments on one request to merge."""

from collections.abc import Iterator
from typing import Protocol

from edatool.frozen import frozen


@frozen
class Comment:
    """A comment that is there; ``trusted`` is one that no stranger can have written, and so change later."""

    number: int
    body: str
    trusted: bool


class CodeHost(Protocol):
    """The comments on a request; each method raises TryAgain and CodeHostError as ``HttpApi.ask`` does."""

    most: int
    """How many characters a comment may have."""

    def read_comments(self) -> Iterator[Comment]:
        """Yield the comments, the oldest first."""

    def create_comment(self, body: str) -> str:
        """Add a comment, and return its URL, or what it is on where that has none."""

    def update_comment(self, comment: Comment, body: str) -> str:
        """Replace the text of a comment; what is returned is as of ``create_comment``."""

    def close(self) -> None:
        """Close the connections."""
