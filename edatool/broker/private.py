"""Files that only their owner may read, for what they hold: topologies, payloads."""

import os
import stat


def private(path: str, flags: int) -> int:
    """Open a file for its owner alone, also one that was there before; for ``open(..., opener=private)``.

    Raises:
        OSError: it cannot be opened, or belongs to somebody else.
    """
    descriptor = os.open(path, flags, 0o600)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # a device or a pipe is not ours to close to others
            os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
