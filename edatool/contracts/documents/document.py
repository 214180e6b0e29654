"""A JSON or YAML file that holds schemas, as it was read."""

from edatool.contracts.pointer import Path
from edatool.contracts.scan import locate
from edatool.findings import Finding, Position
from edatool.frozen import frozen
from edatool.spec.yaml_document import YamlDocument


@frozen
class SchemaDocument:
    """One file: its URI, its name as a user would type it, its text, the schema in it, the draft of that.

    ``findings`` says what is wrong with the file by itself; with an error among them the schema is of no use.
    ``holds_schemas``: it is an AsyncAPI or OpenAPI document, which is no schema, and has some. ``yaml`` is where things
    stand in a file of YAML.
    """

    uri: str
    file: str
    text: str
    schema: object
    draft: str
    findings: tuple[Finding, ...] = ()
    holds_schemas: bool = False
    yaml: YamlDocument | None = None

    def position(self, path: Path) -> Position:
        """Return where the value at ``path`` stands in the file, or the nearest value around it."""
        if self.yaml:
            return self.yaml.where(path) or Position(self.file, 1, 1)
        return Position(self.file, *locate(self.text, path))


@frozen
class SchemaPlace:
    """A value in a document: the document's URI and the way to the value."""

    uri: str
    path: Path
