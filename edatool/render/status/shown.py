"""A status as it is shown."""

from edatool.frozen import frozen
from edatool.render.paint import Paint, unpainted
from edatool.render.wrapped import WIDTH
from edatool.watch.status import Status


@frozen
class ShownStatus:
    """A status, ``width`` columns wide; ``spec_options`` says where the spec is, such as `` -f a.yaml``.

    ``lost`` says since when and why the broker cannot be asked, so that this is how it was.
    """

    status: Status
    width: int = WIDTH
    paint: Paint = unpainted
    spec_options: str = ""
    lost: str | None = None
