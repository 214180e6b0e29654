"""edatool test: the routing tests of a spec."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import format_option, load_spec, other_address, other_broker_options, spec_option
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage
from edatool.new_file import new_file
from edatool.render.tests import FORMATS


@click.command(cls=Command)
@click.argument("tests", nargs=-1, type=FILE_NAME, metavar="[FILE]...")
@spec_option
@click.option("--junit", type=FILE_NAME, metavar="FILE", help="Write results as JUnit XML to this file; - prints them.")
@click.option("--min-coverage", type=click.IntRange(0, 100), default=0, help="Fail below this percentage of coverage.")
@click.option("--private-broker", is_flag=True, help="Run on a fresh private RabbitMQ too.")
@other_broker_options
@format_option(FORMATS)
@output_option
def test(
    *,
    tests: tuple[str, ...],
    files: tuple[str, ...],
    junit: str | None,
    min_coverage: int,
    private_broker: bool,
    output: str,
    **broker: str | None,
) -> int:
    """Run the routing tests of a spec, and those in further FILEs, without a broker.

    With --broker or --private-broker they run on a real RabbitMQ too, in a vhost of their own that is gone
    afterwards, and it must do the same (an administrator is needed).

    \b
    Example:
      edatool test
      edatool test more-tests.yaml --junit results.xml --min-coverage 90
      edatool test --private-broker
    """
    from edatool.render.tests.shown import ShownSuite

    if private_broker and broker["other"]:
        raise WrongUsage("--broker and --private-broker exclude each other")
    routes = load_spec((*files, *tests))
    suite = edatool.test(routes, broker=other_address(broker), private_broker=private_broker)
    shown = ShownSuite(suite, routes.spec.name)
    if junit == "-":
        click.echo(FORMATS.show("junit", shown))
    elif junit:
        with new_file(junit, force=asked().force) as file:
            file.write(FORMATS.show("junit", shown))
    write(FORMATS.show(output, shown), err=junit == "-")
    if suite.covered.percent < min_coverage:
        click.echo(f"edatool: the coverage is below {min_coverage} %: add tests", err=True)
        return 1
    return 0 if suite.passed else 1
