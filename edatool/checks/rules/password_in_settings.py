"""A settings file has a password in it.

It is kept with the code, where many read it. Write the URL without the password, and give that in `EDATOOL_PASSWORD`,
or all of the URL in `EDATOOL_BROKER`.

Bad:

    edatool: 1
    name: shop
    --- edatool.toml
    broker = "amqps://shop:secret@broker.example"

    $ edatool validate
    edatool.toml:1:1: E602 broker has a password in it, and many read this file: take it out, and give it in EDATOOL_PASSWORD

Good:

    edatool: 1
    name: shop
    --- edatool.toml
    broker = "amqps://shop@broker.example"
"""
