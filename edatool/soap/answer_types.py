"""The elements of answers, which are the same for all services."""

from edatool.soap.xml_types import XmlField, XmlObject, XmlScalar

NAMESPACE = "urn:edatool:soap"
TAKEN = "taken"
REFUSED = "refused"

_TEXT = XmlScalar("string")
_VIOLATION = XmlObject({"element": XmlField(_TEXT, 1), "message": XmlField(_TEXT, 1)})
ANSWERS = {
    TAKEN: XmlObject({"event": XmlField(_TEXT, 1), "message_id": XmlField(_TEXT, 1), "outcome": XmlField(_TEXT, 1)}),
    REFUSED: XmlObject(
        {
            "outcome": XmlField(_TEXT, 1),
            "message_id": XmlField(_TEXT),
            "violation": XmlField(_VIOLATION, 0, None, is_list=True),
        }
    ),
}
