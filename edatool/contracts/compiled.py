"""Schemas compiled by the engine, with nothing but the given documents to refer to."""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from edatool.contracts.document import Document
from edatool.contracts.explain import MASK


def registry(documents: Mapping[str, Document]) -> jsonschema_rs.Registry:
    """Return the registry of documents by URI; raises ValueError where a reference leads out of them."""
    resources = [(uri, _with_draft(document)) for uri, document in documents.items()]
    try:
        return jsonschema_rs.Registry(resources, retriever=_never)
    except jsonschema_rs.ReferencingError as error:
        raise ValueError(str(error)) from error


def validator(uri: str, within: jsonschema_rs.Registry) -> jsonschema_rs.Validator:
    """Compile the schema that ``uri`` names, formats asserted; raises ValueError where the engine refuses it."""
    try:
        return jsonschema_rs.validator_for(
            {"$ref": uri}, registry=within, validate_formats=True, offline=True, mask=MASK
        )
    except jsonschema_rs.ReferencingError as error:
        raise ValueError(str(error)) from error


def _with_draft(document: Document) -> Any:
    """Return the schema with the draft in which it is read: the engine guesses one from what is around it."""
    schema = document.schema
    return {**schema, "$schema": document.draft} if isinstance(schema, dict) else schema


def _never(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched")
