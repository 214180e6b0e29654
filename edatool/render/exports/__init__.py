"""A spec in the formats of other tools."""

from typing import TYPE_CHECKING, Literal, get_args

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.exports.exported import Exported, ToExport

Format = Literal["definitions", "kubernetes", "asyncapi", "prometheus", "grafana"]

FORMATS: "Formats[ToExport, Exported]" = Formats(__name__, *get_args(Format))
