"""edatool destroy: remove from the broker what this spec has put there."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.completing import queues_and_exchanges
from edatool.cli.options import address, broker_options, load_spec, spec_option, wait_option, yes_option
from edatool.cli.writing import output_option


@click.command(cls=Command)
@spec_option
@broker_options
@wait_option
@output_option
@yes_option
@click.option(
    "--discard",
    multiple=True,
    metavar="QUEUE",
    shell_complete=queues_and_exchanges,
    help="Remove this queue also with messages and consumers, or this delayed exchange: messages are lost.",
)
@click.option("--discard-all", is_flag=True, help="--discard for all of them.")
def destroy(
    *,
    files: tuple[str, ...],
    yes: bool,
    discard: tuple[str, ...],
    discard_all: bool,
    wait: float,
    **broker: str | None,
) -> int:
    """Remove from the broker what applies of this spec have made; queues in use are refused.

    \b
    Example:
      edatool destroy --broker amqp://user:password@host/vhost
    """
    from edatool.change.allowed import Allowed
    from edatool.cli.showing import Steps, View
    from edatool.cli.terminal.asking import require_yes
    from edatool.cli.terminal.working import working

    routes, view = load_spec(files), View()
    with edatool.connect(address(broker), routes) as vhost, working() as work:
        steps, title = Steps(work), f"Plan for {routes.spec.name} on {vhost}"

        def allowed(plan: edatool.Plan) -> Allowed:
            return Allowed(discard=frozenset(plan.removed_holders if discard_all else discard))

        def show(plan: edatool.Plan) -> None:
            steps.begin(plan)
            view.show(plan, title, allowed(plan))
            view.raise_if_unsafe(plan, allowed(plan))

        if yes:
            done = edatool.destroy(
                routes,
                vhost,
                None if discard_all else discard,
                wait=wait,
                on_plan=show,
                on_step=steps.on_step,
                on_note=work.tell,
                on_progress=work.at,
            )
        else:
            plan = edatool.plan_destroy(routes, vhost, on_progress=work.at)
            show(plan)
            if plan.steps:
                view.show_who_is_asked(plan, title, allowed(plan))
                require_yes("Remove all this?")
            done = edatool.apply(plan, vhost, wait=wait, on_step=steps.on_step, on_note=work.tell, on_progress=work.at)
        steps.end(done)
    return 0
