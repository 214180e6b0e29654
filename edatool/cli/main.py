"""The command line: the list of commands, and the one place where an error becomes an exit code."""

import gc
import io
import sys
from collections.abc import Sequence

import click

from edatool.cli.empty import refuse_empty
from edatool.cli.everywhere import GlobalOptions
from edatool.cli.failing import notes, told
from edatool.cli.lazy import LazyGroup
from edatool.visible import joined

SECTIONS = {
    "A spec": {
        "init": "Write a spec to begin with.",
        "validate": "Check specs and schemas.",
        "fmt": "Lay out specs in one way.",
        "explain": "Say what a finding means, and what to do.",
        "diff": "Show what a change does, without a broker.",
        "comment": "Say on a pull request what it does.",
        "graph": "Draw what is declared.",
        "route": "Show where a message goes, and why.",
        "test": "Run the routing tests.",
        "filter": "Try filters on payloads.",
        "docs": "Write a site that shows the spec to people.",
        "schema": "Print the JSON Schema of routes.yaml.",
        "import": "Write a spec of what a broker has.",
        "export": "Write the spec in another tool's format.",
    },
    "A broker": {
        "doctor": "Find what stands between us and a broker.",
        "plan": "Show what apply would do.",
        "apply": "Make the broker have what the spec declares.",
        "status": "Show how the queues are, and what is wrong.",
        "drift": "Show what changed on the broker since the last apply.",
        "ledger": "Show what this spec has put on the broker.",
        "destroy": "Remove from the broker what this spec has put there.",
    },
    "Events": {
        "publish": "Publish events that keep their contracts.",
        "gateway": "Publish events that come by HTTP.",
        "consume": "Start actions with events, or see them come.",
        "peek": "See what is in a queue, and leave it there.",
        "dead-letters": "See dead letters, and bring them back.",
        "outbox": "See and send what services keep until the broker has it.",
        "inbox": "See what consumers remember, and have a database keep it.",
        "router": "Evaluate filters for other publishers.",
    },
    "This machine": {
        "demo": "See all of it on a private RabbitMQ.",
        "broker": "Run a private RabbitMQ on this machine.",
        "completion": "Let a shell complete commands and names.",
    },
}
"""Every command, by what it is for, with what the list of commands says of it."""

COMMANDS = [name for section in SECTIONS.values() for name in section]

EXIT_CODES = {
    0: "done; nothing wrong",
    1: "the file or a payload is wrong, a routing test fails, or status has an alert",
    2: "usage; also a file that is named on the command line and is not there",
    3: "changes pending (plan --exit-code, diff --exit-code, drift)",
    4: "the broker, GitHub or GitLab: unreachable, refused; the inbox cannot be read or written",
    5: "needs a person: something could be lost, is not ours, has changed since the review, or is locked",
    6: "not published: unroutable, nacked, unknown; the outbox cannot be read or written",
    70: "a bug of edatool (more with --debug)",
    130: "interrupted",
}
"""What the commands return, and what each means."""


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    epilog="\b\nExit codes:\n" + "\n".join(f"  {code:<3}  {meaning}" for code, meaning in EXIT_CODES.items()),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="edatool-rabbitmq", prog_name="edatool", message="%(prog)s %(version)s")
def edatool() -> None:
    """Event routing on RabbitMQ as code.

    A spec, routes.yaml, declares events, exchanges, queues and bindings; edatool checks it, plans it,
    applies it to a broker, and publishes events that keep their contracts.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every error ends here."""
    given = GlobalOptions()
    try:
        refuse_empty(arguments)
        result = edatool.main(list(arguments), prog_name="edatool", standalone_mode=False, obj=given)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        click.echo(joined(shown.getvalue().splitlines()), err=True)
        return 2
    except (KeyboardInterrupt, click.Abort) as error:
        click.echo(
            joined(["edatool: interrupted", *notes(error.__cause__ or error)]), err=True
        )  # click's own is from it
        return 130
    except Exception as error:  # noqa: BLE001 - the boundary: what is no error of ours is a bug of ours
        if given.debug:
            import traceback

            traceback.print_exc()
        return told(error, given)
    return result if isinstance(result, int) else 0


COLLECTED_EVERY = 50_000
"""New values after which Python looks for circles of garbage: a command makes many values, and hardly a circle."""


def main() -> None:
    """Run the process's own command line."""
    gc.set_threshold(COLLECTED_EVERY)
    code = run(sys.argv[1:])
    gc.freeze()  # it ends: nothing is to be looked for any more
    sys.exit(code)
