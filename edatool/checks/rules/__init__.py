"""A file for each code of the catalogue: its docstring explains the code, and its ``find()`` finds it.

A file without ``find()`` explains what another room finds: while it reads (spec, contracts, filters), imports, exports
or takes a payload. A new rule is a file here, a line in ``catalogue.py``, a line in ``error_rules.py`` or ``warning_rules.py``, and
``make docs``; ``tests/checks/test_catalogue.py`` runs the examples of the docstring, and tells what is still missing.
"""
