"""XML that is well-formed whatever is written to it."""

from xml.etree import ElementTree

from edatool.visible import joined, visible


def root(tag: str, **attributes: str) -> ElementTree.Element:
    """Return an element, in whose attributes is made visible what XML 1.0 forbids: control characters, surrogates."""
    return ElementTree.Element(tag, {key: visible(value) for key, value in attributes.items()})


def element(above: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    """Add such an element below another one."""
    added = root(tag, **attributes)
    above.append(added)
    return added


def set_text(within: ElementTree.Element, text: str) -> None:
    """Let an element have a text of lines, with the same made visible."""
    within.text = joined(text.splitlines())


def as_xml(whole: ElementTree.Element) -> str:
    """Return a document, indented."""
    ElementTree.indent(whole)
    return ElementTree.tostring(whole, encoding="unicode", xml_declaration=True)
