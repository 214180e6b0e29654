"""The format of an export has no words for something in the spec.

It is not in the export, or other than here; nothing else is. Keep it in the spec, and apply it with edatool.

Bad:

    edatool: 1
    name: shop
    exchanges:
      inside: {type: topic, internal: true}

    $ edatool export --format kubernetes --cluster rabbit
    W421 the operator has no words for internal exchanges (inside): they are exported as exchanges that take publishes

Good:

    edatool: 1
    name: shop
    exchanges:
      inside: {type: topic}
"""
