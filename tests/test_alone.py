import os
import subprocess
import sys
from pathlib import Path

from edatool.alone import alone

ENTERS = """
import sys
from pathlib import Path
from edatool.alone import alone
print("before", flush=True)
with alone(Path(sys.argv[1])):
    print("inside", flush=True)
"""


def test_another_process_waits_until_the_first_is_out(tmp_path: Path) -> None:
    with alone(tmp_path):
        other = subprocess.Popen([sys.executable, "-c", ENTERS, str(tmp_path)], stdout=subprocess.PIPE)
        assert other.stdout
        assert other.stdout.readline() == b"before\n"
        os.set_blocking(other.stdout.fileno(), False)
        assert other.stdout.readline() == b""
        os.set_blocking(other.stdout.fileno(), True)
    assert other.communicate()[0] == b"inside\n"
