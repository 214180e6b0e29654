"""edatool test: the routing tests of a spec."""

from typing import TYPE_CHECKING

import click

from edatool.cli.options import address, format_option, load_spec, other_broker_options, spec_option
from edatool.cli.writing import write
from edatool.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from edatool.broker.address import Address


@click.command()
@click.argument("tests", nargs=-1, metavar="[FILE]...")
@spec_option
@click.option("--junit", metavar="FILE", help="Write the results as JUnit XML to this file; - prints them.")
@click.option("--min-coverage", type=click.IntRange(0, 100), default=0, help="Fail below this percentage of coverage.")
@click.option("--private-broker", is_flag=True, help="Run on a fresh private RabbitMQ too.")
@other_broker_options
@format_option("text", "json")
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
    import time

    from edatool.render import tests as render
    from edatool.routing.compile import compile_spec
    from edatool.routing.coverage import coverage
    from edatool.routing.lowering.stamping import stamping
    from edatool.routing.router import router
    from edatool.routing.verify import verify

    if private_broker and broker["broker"]:
        raise WrongUsage("--broker and --private-broker exclude each other")
    checked = load_spec((*files, *tests))
    laid_out = router(compile_spec(checked.spec))
    stamps = stamping(checked.spec)
    started = time.perf_counter()
    results, took = [], []
    for one in checked.spec.tests:
        begun = time.perf_counter()
        results.append(verify(one, checked.spec, checked.contracts, laid_out, stamps))
        took.append(time.perf_counter() - begun)
    if private_broker or broker["broker"]:
        from edatool.change.rehearsal import rehearse

        with _broker(broker) as there:
            results = rehearse(results, laid_out, there)
    covered = coverage(checked.spec, laid_out.topology, results)
    ran = [
        render.Ran(one, checked.spec.where(*one.test.path), seconds) for one, seconds in zip(results, took, strict=True)
    ]
    if junit:
        content = render.junit(ran, checked.spec.name, time.perf_counter() - started)
        write(content, junit, force=True)
    err = junit == "-"
    if output == "json":
        click.echo(render.as_json(ran, covered), err=err)
    else:
        for shown in ran:
            click.echo(render.text(shown.result, shown.at), err=err)
        click.echo(render.summary(results, covered), err=err)
    if covered.percent < min_coverage:
        click.echo(f"edatool: the coverage is below {min_coverage} %: add tests", err=True)
        return 1
    return 0 if all(one.passed for one in results) else 1


def _broker(options: dict[str, str | None]) -> "AbstractContextManager[Address]":
    from contextlib import contextmanager, nullcontext

    if options["broker"]:
        return nullcontext(address(options))

    @contextmanager
    def private() -> "Iterator[Address]":
        import tempfile
        from pathlib import Path

        from edatool.broker.address import parse
        from edatool.server import node

        with tempfile.TemporaryDirectory(prefix="edatool-test-") as folder:
            try:
                started = node.start(Path(folder))
                yield parse(started.url, started.management)
            finally:
                node.remove(Path(folder))

    return private()
