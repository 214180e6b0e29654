"""edatool drift: what on the broker is no longer as the last apply left it."""

import click

from edatool.cli.options import broker_options, format_option, load_spec, spec_option


@click.command()
@spec_option
@broker_options
@format_option("text", "json")
def drift(files: tuple[str, ...], output: str, **broker: str | None) -> int:
    """Compare the broker with the last apply and with the spec; exits with 3 where they differ.

    Found are objects of this spec that somebody changed or deleted, removed ones that are there again, and bindings of
    others to what is ours.

    \b
    Example:
      edatool drift --broker amqp://user:password@host/vhost
      edatool drift --format json
    """
    from edatool.broker.http.management import Management
    from edatool.broker.live import read
    from edatool.change.drift import drift as compare
    from edatool.cli.painting import paint
    from edatool.cli.planning import known, seen, target, wanted
    from edatool.errors import NeedsPerson
    from edatool.render import drift as render

    checked = load_spec(files)
    about = target(checked.spec, broker)
    live, ledgers = read(about.address, about.vhost), known(about)
    live.require_met()
    if live.topology is None or ledgers.refused:
        raise NeedsPerson(f"drift cannot be seen: {live.unseen or ledgers.refused}")
    whole = wanted(checked, about)
    there = seen(about, live.topology, ledgers.ours.objects, ledgers)
    assert there
    with Management(about.address, about.vhost) as management:
        operators = management.operator_policies()
    compared = compare(whole.own, there, ledgers, whole.external, operators)
    if output == "json":
        click.echo(render.as_json(compared, ledgers.ours))
    else:
        click.echo(render.text(compared, ledgers.ours, f"Drift of {about}", paint))
    return 0 if compared.clean else 3
