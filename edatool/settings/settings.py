"""What a settings file says."""

from collections.abc import Mapping

from edatool.frozen import frozen


@frozen
class Settings:
    """The file, as it is shown, and the values by their keys; files in them are named from the working directory."""

    file: str
    values: Mapping[str, object]
