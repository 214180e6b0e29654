"""The XSD of a WSDL: what its types say, and all that they import."""

from collections import defaultdict
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from edatool.soap.documents import Documents, RefusedWsdl
from edatool.soap.xsd import XSD, validator

_XS = ElementMaker(namespace=XSD, nsmap={"xs": XSD})
_WSDL = "http://schemas.xmlsoap.org/wsdl/"


def validator_of(documents: Documents) -> Any:
    """Return an ``lxml.etree.XMLSchema`` of all elements that a WSDL has or imports.

    Raises:
        RefusedWsdl: the XSD is wrong, or asks for what was not read.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        inline = _Inline(documents)
        parser.resolvers.add(inline)
        # The place is that of the WSDL, as relative ones begin there.
        return validator(etree.fromstring(inline.all_of_them(), parser, base_url=documents.main))
    except etree.LxmlError as error:
        raise RefusedWsdl(f"the XSD of the WSDL is wrong: {error}") from None


class _Inline(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Finds the schemas inside of WSDLs, which have no place of their own, and the documents that were read."""

    def __init__(self, documents: Documents) -> None:
        self._documents, self._texts = documents, dict[str, bytes]()
        schemas = {
            f"{path}.{number}.xsd": schema
            for path, text in documents.texts.items()
            for number, schema in enumerate(_schemas_in(text))
        }
        self._places: dict[str, list[str]] = defaultdict(list)
        for place, schema in schemas.items():
            self._places[schema.get("targetNamespace", "")].append(place)
        for place, schema in schemas.items():
            for one in schema.iterchildren(f"{{{XSD}}}import"):
                self._find(one)
            self._texts[place] = etree.tostring(schema)

    def all_of_them(self) -> bytes:
        """Return a schema that imports those inside."""
        imports = [self._import(namespace) for namespace in self._places]
        schema: bytes = etree.tostring(_XS.schema(*imports, targetNamespace="urn:edatool:all"))
        return schema

    def resolve(self, system_url: str, public_id: str | None, context: Any) -> Any:
        """Answer lxml, which asks before it opens anything."""
        del public_id
        text = self._texts.get(system_url) or self._documents.at(system_url)
        return self.resolve_string(text, context, base_url=system_url)

    def _import(self, namespace: str) -> Any:
        said = {"namespace": namespace} if namespace else {}
        return _XS("import", schemaLocation=self._place(namespace), **said)

    def _find(self, imported: Any) -> None:
        """Have an import that says no place lead to the schemas of its namespace that are inside."""
        namespace = imported.get("namespace", "")
        if "schemaLocation" not in imported.attrib and namespace in self._places:
            imported.set("schemaLocation", self._place(namespace))

    def _place(self, namespace: str) -> str:
        """Return the one place of a namespace, which a validator reads once only."""
        first, *others = self._places[namespace]
        if not others:
            return first
        whole = f"{first}.all"
        said = {"targetNamespace": namespace} if namespace else {}
        includes = [_XS.include(schemaLocation=one) for one in (first, *others)]
        self._texts[whole] = etree.tostring(_XS.schema(*includes, **said))
        return whole


def _schemas_in(text: bytes) -> list[Any]:
    root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    return [] if root.tag == f"{{{XSD}}}schema" else root.findall(f"{{{_WSDL}}}types/{{{XSD}}}schema")
