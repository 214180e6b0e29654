"""The text is not YAML.

Often a bracket or a quote that is not closed, a tab, or a text that begins with a character of YAML's own, such as
`*` or `@`. Mend it at the place that is named; quote texts that begin with such a character.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum

    $ edatool validate
    routes.yaml:4:24: E002 the { of line 4, column 11 is not closed before here: write }, or a comma between two items

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum}
"""
