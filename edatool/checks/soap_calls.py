"""The operations of SOAP that deliveries call, as their WSDLs describe them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from edatool.soap.documents import Documents, RefusedWsdl
from edatool.spec.deliveries import SpecSoapCall
from edatool.spec.spec import Spec

if TYPE_CHECKING:
    from edatool.soap.operation import SoapOperation


def wsdls(spec: Spec, held: Mapping[str, bytes] | None) -> dict[str, Documents | RefusedWsdl]:
    """Return the WSDL of each delivery that calls an operation, or why it is not read."""
    calls = {name: one.soap for name, one in spec.deliveries.items() if one.soap}
    return {name: _documents(Path(spec.root), one.wsdl, held) for name, one in calls.items()}


def soap_calls(spec: Spec, read: Mapping[str, Documents | RefusedWsdl]) -> "dict[str, SoapOperation | str]":
    """Return the operation that each delivery calls, or what is wrong with it; WSDLs that are not read are left out."""
    calls = {name: one.soap for name, one in spec.deliveries.items() if one.soap}
    known = {name: one for name, one in read.items() if isinstance(one, Documents)}
    return {name: _operation(documents, calls[name]) for name, documents in known.items()}


def _documents(folder: Path, wsdl: str, held: Mapping[str, bytes] | None) -> Documents | RefusedWsdl:
    try:
        return Documents.read(folder, wsdl, held)
    except RefusedWsdl as refused:
        return refused


def _operation(documents: Documents, call: SpecSoapCall) -> "SoapOperation | str":
    try:
        from edatool.soap.operation import read_operation  # noqa: PLC0415 - an extra

        return read_operation(documents, call.operation, call.port)
    except RefusedWsdl as refused:
        return str(refused)
    except ImportError:
        return "the parameters are not checked, as zeep or lxml is missing: install edatool-rabbitmq[soap]"
