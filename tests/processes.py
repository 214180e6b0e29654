"""Processes that tests start."""

import subprocess
from types import TracebackType
from typing import AnyStr


class Process(subprocess.Popen[AnyStr]):
    """A process that ends with its block: it is waited for, but where the test fails there, killed."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error:
            self.kill()
        super().__exit__(kind, error, trace)
