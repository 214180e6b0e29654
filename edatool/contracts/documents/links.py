"""What a schema reaches: documents, the schemas in them, and where their references lead."""

from dataclasses import field

from edatool.contracts.documents.document import SchemaDocument, SchemaPlace
from edatool.findings import Finding
from edatool.frozen import frozen, mutable


@frozen
class ResolvedReference:
    """Where a ``$ref`` leads, and whether the keywords beside it do not count."""

    target: SchemaPlace
    alone: bool


@mutable
class ReachedDocuments:
    """The documents that a schema reaches, by URI, and what is wrong with them.

    ``schemas`` are the places of all schemas in them that count; ``links`` says where each ``$ref`` leads, by
    the schema that holds it; ``resources`` gives the URIs of the schemas that have one: whole documents, and
    those with an ``$id``, which for a whole document goes before its file.
    """

    documents: dict[str, SchemaDocument] = field(default_factory=dict)
    schemas: set[SchemaPlace] = field(default_factory=set)
    links: dict[SchemaPlace, ResolvedReference] = field(default_factory=dict)
    resources: dict[SchemaPlace, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
