"""Who works here, when, and on which revision."""

import getpass
import os
import socket
import subprocess
from datetime import UTC, datetime

from edatool.change.ledger import Signature


def signature() -> Signature:
    """Sign for this moment; the revision is EDATOOL_REVISION, or the git commit of the working folder."""
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Signature(now, f"{_user()}@{socket.gethostname()}", os.environ.get("EDATOOL_REVISION") or _commit())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"uid {os.getuid()}"


def _commit() -> str | None:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return asked.stdout.strip() or None
