"""Everything that the command line does, for programs: without a terminal, and as safe.

The public names of the package ``edatool`` stand for what is here.
"""
