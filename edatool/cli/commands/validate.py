"""edatool validate: everything that is wrong with the files."""

import os
import sys
from collections.abc import Sequence
from functools import partial

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.fixing import fix_specs, show_fixes
from edatool.cli.options import against_option, format_option, missing_of, profile_option, rabbitmq_option, spec_option
from edatool.cli.telling import tell
from edatool.cli.watching import CommandResult, watch_option
from edatool.cli.watching import watch as watch_files
from edatool.cli.writing import output_option
from edatool.errors import WrongUsage
from edatool.findings import Finding, Ignored, in_order
from edatool.render.findings import FORMATS
from edatool.render.findings.totals import totals


@click.command(cls=Command)
@click.argument("specs", nargs=-1, type=FILE_NAME, metavar="[FILE]...")
@spec_option
@click.option("--fix", is_flag=True, help="Correct in the files what can only be meant in one way.")
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing.")
@watch_option
@rabbitmq_option("The version of RabbitMQ that it is for, such as 4.3: find what that refuses or ignores, too.")
@profile_option
@click.option("--new-only", is_flag=True, help="Print only what was not found in --against: what a change introduces.")
@against_option
@format_option(FORMATS)
@output_option
def validate(
    *,
    specs: tuple[str, ...],
    files: tuple[str, ...],
    fix: bool,
    diff: bool,
    watch: bool,
    rabbitmq: str | None,
    profile: str | None,
    new_only: bool,
    against: str,
    output: str,
) -> int:
    """Check specs and their schemas, and print everything that is wrong.

    Each FILE, as pre-commit passes those that have changed, is checked with the spec that it belongs to: a part that
    it includes, a file that overrides it, a schema. That is the spec of -f, or the nearest routes.yaml in the folder
    of the file or above. Without FILEs the spec of -f is checked; - is standard input.

    With --fix files are corrected where one thing only can be meant (edatool explain CODE says where that is so), and
    what is left is printed. Comments, order and layout stay as they are.
    With --new-only it exits with 0 where nothing is found that was not found before.

    \b
    Example:
      edatool validate
      edatool validate routes.yaml teams/billing.yaml
      edatool validate --rabbitmq 4.3
      edatool validate --profile strict
      edatool validate --fix --diff
      edatool validate --format sarif -o findings.sarif
      edatool validate --new-only --against origin/main
      edatool validate --watch
    """
    together = _together(specs, files)
    if diff:
        return show_fixes(together, rabbitmq, profile)
    if fix:
        fix_specs(together, rabbitmq, profile)

    def validate_all() -> CommandResult:
        named = _together(specs, files)
        checked = [edatool.load(*spec, rabbitmq=rabbitmq, profile=profile) for spec in named]
        findings = [routes.findings for routes in checked]
        if new_only:
            before = partial(edatool.load_before, against, rabbitmq=rabbitmq, profile=profile, on_note=tell)
            findings = [edatool.new_findings(one, before(*spec)) for one, spec in zip(checked, named, strict=True)]
        ignored = list(dict.fromkeys(one for routes in checked for one in routes.ignored))
        verdict = _show(named, findings, ignored, output, "nothing new" if new_only else "valid")
        return verdict._replace(code=WrongUsage.exit_code) if missing_of(specs or files) else verdict

    if watch:
        if fix:
            raise WrongUsage("--watch and --fix exclude each other: give one of them")
        watch_files(validate_all, [*specs, *(name for names in together for name in names)])
    return validate_all().code


def _show(
    specs: Sequence[tuple[str, ...]],
    findings: Sequence[Sequence[Finding]],
    ignored: Sequence[Ignored],
    output: str,
    otherwise: str,
) -> CommandResult:
    """Print what is wrong with specs."""
    # Specs that share a schema have the findings in it in common.
    found = in_order(list(dict.fromkeys(finding for each in findings for finding in each)))
    if found or output != "text":
        # What lays findings out takes a tenth of the time that all else does.
        from edatool.cli.finding import write_findings

        write_findings(found, ignored, output, "validate", specs[0][0])
    names = ", ".join(dict.fromkeys(name for names in specs for name in names))
    not_counted = f", {len(ignored)} ignored" if ignored else ""
    sentence = f"{names}: {totals(found) or otherwise}{not_counted}"
    if output == "text":
        _tell_verdict(sentence, found, ignored)
    return CommandResult(1 if any(one.is_error for one in found) else 0, sentence)


def _together(specs: tuple[str, ...], files: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the files of each spec to check, for those that are named on the command line."""
    from edatool.spec.belonging import specs_of
    from edatool.spec.files import STANDARD_INPUT

    given = files if _is_given("files") else ()
    changed = [one for one in specs if one != STANDARD_INPUT]
    typed = [(STANDARD_INPUT,)] if STANDARD_INPUT in specs else []
    return specs_of(changed, os.environ, given) + typed or [files]


def _tell_verdict(sentence: str, found: Sequence[Finding], ignored: Sequence[Ignored]) -> None:
    if asked().verbose:
        for one in ignored:
            tell(str(one))
    tell(sentence)
    if found and sys.stderr.isatty():
        first = next((one for one in found if one.is_error), found[0])
        tell(f"edatool explain {first.code} says more")


def _is_given(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is not click.core.ParameterSource.DEFAULT
