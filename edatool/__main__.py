"""The command line, as ``python -m edatool``."""

from edatool.cli.main import main

if __name__ == "__main__":
    main()
