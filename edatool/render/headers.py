"""The headers of a message, with what publishers say of filters in words."""

import json

from edatool.routing.lowering.stamps import is_marked, stamped_for
from edatool.routing.message import Headers


def text(headers: Headers) -> str:
    """Return headers as JSON, nothing for none, and where filters were evaluated, what was found."""
    keys = headers.get("BCC")
    if not isinstance(keys, (list, tuple)) or not is_marked(keys):
        return json.dumps(dict(headers), sort_keys=True, ensure_ascii=False) if headers else ""
    rest = text({name: value for name, value in headers.items() if name != "BCC"})
    found = stamped_for(keys)
    return f"{rest} matching {'the filters of ' + ', '.join(found) if found else 'no filter'}".lstrip()
