"""A settings file cannot be read: it may not be opened, is not UTF-8, or is not TOML.

No command runs with settings that nobody can be sure of. Mend the file at the place that is named; text stands in quotes,
and a list in brackets.

Bad:

    edatool: 1
    name: shop
    --- edatool.toml
    broker = amqps://shop@broker.example

    $ edatool validate
    edatool.toml:1:10: E601 this is not TOML: Invalid value

Good:

    edatool: 1
    name: shop
    --- edatool.toml
    broker = "amqps://shop@broker.example"
"""
