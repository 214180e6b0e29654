"""What a message that comes consists of in JSON."""

from edatool.render.json_schema import output
from edatool.render.messages.json import FORMAT_VERSION
from edatool.render.messages.schema import FIELDS

SCHEMA = output("A message as it comes: a line of JSON for each.", FORMAT_VERSION, FIELDS)
