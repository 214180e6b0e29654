"""A value is not of the kind that is needed here.

The message says what is needed. Numbers, `true` and `null` that are meant as texts need quotes in YAML. `edatool validate
--fix` writes what can only be meant: `true` for `yes`, `"5"` for a text `5`, `quorum` for `Quorum`, `5s` for `5 seconds`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: many}

    $ edatool validate
    routes.yaml:4:24: E103 max_length: a whole number of at least 0 is needed, not 'many'

Good:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 100000}
"""
