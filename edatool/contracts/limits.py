"""How large a payload may be."""

from edatool.frozen import frozen

# jsonschema-rs reads Python values to 255 levels; a schema nests deeper than the payloads it describes.
DEEPEST = 200


@frozen
class PayloadLimits:
    """Bounds of a payload: bytes of its UTF-8 JSON text, and levels of arrays and objects in each other.

    ``[]`` has one level, ``[[]]`` two, ``1`` none. Raises ValueError over 200 levels: the engine cannot read
    many more.
    """

    max_bytes: int = 1_048_576
    max_depth: int = 64

    def __post_init__(self) -> None:
        if self.max_depth > DEEPEST:
            raise ValueError(f"max_depth is {self.max_depth}: at most {DEEPEST} levels can be validated")
