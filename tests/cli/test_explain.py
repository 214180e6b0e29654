import json

from edatool.checks.catalogue import CATALOGUE
from edatool.checks.explanation import explanation
from tests.cli.conftest import EdatoolRun


def test_a_code_is_explained_with_a_bad_and_a_good_example(edatool: EdatoolRun) -> None:
    result = edatool("explain", "E207")
    assert result.code == 0
    assert result.out == (
        "E207 misspelt-exchange-type (error)\n"
        "\n"
        "An exchange has a type that RabbitMQ has not, and that is nearly the name of one it has.\n"
        "\n"
        "RabbitMQ refuses an exchange of a type that it does not know. Types of plugins, which begin with `x-`, are "
        "accepted.\n"
        "`edatool validate --fix` corrects capital letters and an `s` too many or too few; what is less like a type "
        "may mean another.\n"
        "\n"
        "Bad:\n"
        "\n"
        "    edatool: 1\n"
        "    name: shop\n"
        "    exchanges:\n"
        "      events: {type: topics}\n"
        "\n"
        "    $ edatool validate\n"
        "    routes.yaml:4:18: E207 RabbitMQ has no exchange type 'topics': did you mean topic?\n"
        "\n"
        "Good:\n"
        "\n"
        "    edatool: 1\n"
        "    name: shop\n"
        "    exchanges:\n"
        "      events: {type: topic}\n"
        "\n"
        "An error: a spec with it cannot be acted on, and it cannot be ignored.\n"
    )


def test_a_name_stands_for_its_code_and_several_may_be_asked(edatool: EdatoolRun) -> None:
    both = edatool("explain", "e207", "unreachable_queue").out
    assert both == edatool("explain", "E207").out + "\n" + edatool("explain", "W262").out


def test_all_are_listed_with_their_summaries(edatool: EdatoolRun) -> None:
    lines = edatool("explain").out.splitlines()
    assert [line.split()[:2] for line in lines] == [[rule.code, rule.name] for rule in CATALOGUE]
    assert all(line.endswith(explanation(rule).summary) for line, rule in zip(lines, CATALOGUE, strict=True))


def test_an_unknown_one_gets_the_nearest(edatool: EdatoolRun) -> None:
    result = edatool("explain", "unreachable-quue")
    assert (result.code, result.out) == (2, "")
    assert result.err == "edatool: there is no finding 'unreachable-quue': did you mean 'unreachable-queue'?\n"
    assert edatool("explain", "nothing").err == "edatool: there is no finding 'nothing': edatool explain lists all\n"


def test_json_has_the_files_of_the_examples(edatool: EdatoolRun) -> None:
    (rule,) = json.loads(edatool("explain", "W242", "--format", "json").out)["rules"]
    assert (rule["code"], rule["name"], rule["severity"]) == ("W242", "unchecked-key", "warning")
    assert list(rule["bad"]["files"]) == ["routes.yaml"]
    assert rule["bad"]["command"] == "edatool validate"
    assert rule["bad"]["findings"] == [
        "routes.yaml:6:44: W242 the key uses {region}, and no schema guarantees it: give the event a schema"
    ]
    assert list(rule["good"]["files"]) == ["routes.yaml", "order.json"]
    assert json.loads(rule["good"]["files"]["order.json"])["required"] == ["region"]
