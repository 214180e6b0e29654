"""What is told of a private RabbitMQ in JSON."""

from edatool.render.json_schema import boolean, output, text, whole
from edatool.render.node.json import FORMAT_VERSION

SCHEMA = output(
    "A private RabbitMQ on this machine.",
    FORMAT_VERSION,
    {
        "folder": text("the folder with all its files"),
        "running?": boolean("whether it runs; of start and status"),
        "stopped?": boolean("whether one ran and was stopped; of stop"),
        "url?": text("where it is, with its password; of start"),
        "management?": text("the URL of its management API"),
        "version?": text("its version"),
        "pid?": whole("the number of its process"),
    },
)
