"""edatool test: the routing tests of a spec."""

from typing import TYPE_CHECKING

import click

import edatool
from edatool.api.reports import report
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import format_option, load_spec, other_address, other_broker_options, spec_option
from edatool.cli.watching import CommandResult, watch_option
from edatool.cli.watching import watch as watch_files
from edatool.cli.writing import output_option, write
from edatool.errors import InvalidInput, WrongUsage
from edatool.new_file import new_file
from edatool.render.findings import FORMATS as FINDINGS_FORMATS
from edatool.render.tests import FORMATS

if TYPE_CHECKING:
    from edatool.render.tests.shown import ShownSuite


@click.command(cls=Command)
@click.argument("tests", nargs=-1, type=FILE_NAME, metavar="[FILE]...")
@spec_option
@click.option("--junit", type=FILE_NAME, metavar="FILE", help="Write results as JUnit XML to this file; - prints them.")
@click.option("--min-coverage", type=click.IntRange(0, 100), default=0, help="Fail below this percentage of coverage.")
@click.option("--private-broker", is_flag=True, help="Run on a fresh private RabbitMQ too.")
@watch_option
@other_broker_options
@format_option(FORMATS, FINDINGS_FORMATS)
@output_option
def test(
    *,
    tests: tuple[str, ...],
    files: tuple[str, ...],
    junit: str | None,
    min_coverage: int,
    private_broker: bool,
    watch: bool,
    output: str,
    **broker: str | None,
) -> int:
    """Run the routing tests of a spec, and those in further FILEs, without a broker.

    With --broker or --private-broker they run on a real RabbitMQ too, in a vhost of their own that is gone
    afterwards, and it must do the same (an administrator is needed).

    The formats text, json and junit say what became of all tests; the others are those of edatool validate, with
    each test that failed at its place.

    \b
    Example:
      edatool test
      edatool test more-tests.yaml --junit results.xml --min-coverage 90
      edatool test --format sarif -o failed.sarif
      edatool test --private-broker
      edatool test --watch
    """
    if private_broker and broker["other"]:
        raise WrongUsage("--broker and --private-broker exclude each other")
    from edatool.render.tests.shown import ShownSuite

    named = (*files, *tests)

    def test_all() -> CommandResult:
        try:
            routes = load_spec(named)
        except InvalidInput as error:
            if junit:
                _write_junit(junit, report(error.findings, "junit", command="test", spec=files[0]))
            raise
        suite = edatool.test(routes, broker=other_address(broker), private_broker=private_broker)
        return _show(ShownSuite(suite, routes.spec.name), junit, output, min_coverage)

    if watch:
        watch_files(test_all, named)
    return test_all().code


def _show(shown: "ShownSuite", junit: str | None, output: str, min_coverage: int) -> CommandResult:
    """Print what became of the tests, and write their results to files."""
    from edatool.render.tests.text import counts

    if junit:
        _write_junit(junit, FORMATS.show("junit", shown))
    _write(shown, output, err=junit == "-")
    suite = shown.suite
    covered = suite.covered.percent >= min_coverage
    if not covered:
        click.echo(f"edatool: the coverage is below {min_coverage} %: add tests", err=True)
    return CommandResult(0 if suite.passed and covered else 1, counts(suite))


def _write_junit(target: str, text: str) -> None:
    if target == "-":
        click.echo(text)
        return
    with new_file(target, force=asked().force) as file:
        file.write(text)


def _write(shown: "ShownSuite", output: str, *, err: bool) -> None:
    """Print all tests, or those that failed as findings."""
    from edatool.cli.finding import annotate, write_findings

    failed = shown.suite.findings
    if output not in FORMATS.names:
        write_findings(failed, (), output, "test", err=err)
        return
    write(FORMATS.show(output, shown), err=err)
    if output == "text":
        annotate(failed)
