"""What may stand in a settings file."""

from edatool.spec.shape import ListOf, OneOf, Record, RecordField, Text

SETTINGS = Record(
    {
        "files": RecordField(ListOf(Text("the name of a file"), least=1), "the spec; later files override"),
        "broker": RecordField(Text("a URL"), "the broker, amqp[s]://user@host:port/vhost, without a password"),
        "management": RecordField(Text("a URL, or none"), "the management API of that broker"),
        "ca": RecordField(Text("the name of a file"), "authorities to trust, PEM"),
        "cert": RecordField(Text("the name of a file"), "client certificate, PEM"),
        "cert-key": RecordField(Text("the name of a file"), "key of the client certificate, PEM"),
        "outbox": RecordField(ListOf(Text("the name of a file"), least=1), "the outboxes that status looks into"),
        "rabbitmq": RecordField(Text("a version in quotes, such as '4.3'"), "the version of RabbitMQ to check for"),
        "format": RecordField(OneOf(("text", "json")), "the output format of the commands that have it"),
        "color": RecordField(OneOf(("auto", "always", "never")), "whether output is coloured"),
    }
)
"""The keys are called as the options whose defaults they are; ``files`` and ``outbox`` are several."""

NAMES_OF_FILES = ("files", "ca", "cert", "cert-key", "outbox")
"""Those whose values are looked for beside the settings file."""
