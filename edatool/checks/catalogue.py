"""Every code of a finding, of all rooms. The file of its name in ``rules/`` explains it, and often finds it too."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from edatool.checks.found import Found


@dataclass(frozen=True, slots=True)
class Rule:
    """A code, and the name under which people find it."""

    code: str
    name: str

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Whether a spec with it may be used."""
        return "error" if self.code.startswith("E") else "warning"

    @property
    def documentation(self) -> str:
        """The docstring of its file: a summary in the first line, then why it matters, the fix, and examples."""
        return import_module(f"edatool.checks.rules.{self.name}").__doc__ or ""

    @property
    def summary(self) -> str:
        """What is wrong, in one sentence."""
        return self.documentation.split("\n", 1)[0]


CATALOGUE = tuple(
    Rule(code, name)
    for code, name in (
        ("E001", "unreadable_file"),
        ("E002", "broken_yaml"),
        ("E003", "key_twice"),
        ("E004", "yaml_tag"),
        ("E005", "too_large"),
        ("E006", "unset_variable"),
        ("E007", "second_document"),
        ("E008", "key_not_text"),
        ("E009", "no_json_number"),
        ("E010", "refused_include"),
        ("E101", "unknown_key"),
        ("E102", "missing_key"),
        ("E103", "wrong_value"),
        ("E104", "broken_template"),
        ("E105", "declared_twice"),
        ("W106", "octal_number"),
        ("E201", "undeclared_event_exchange"),
        ("E202", "undeclared_alternate"),
        ("E203", "undeclared_dead_letter"),
        ("E204", "undeclared_in_binding"),
        ("E205", "undeclared_filter"),
        ("E206", "undeclared_in_test"),
        ("E207", "misspelt_exchange_type"),
        ("E208", "exchange_without_type"),
        ("W209", "unseen_character"),
        ("E211", "reserved_name"),
        ("E212", "long_name"),
        ("E213", "colliding_retry_queue"),
        ("E214", "line_break_in_name"),
        ("E220", "refused_value"),
        ("E221", "argument_of_other_type"),
        ("E222", "argument_said_twice"),
        ("W223", "unknown_argument"),
        ("E224", "temporary_quorum_queue"),
        ("E225", "refused_dead_lettering"),
        ("E226", "argument_in_policy"),
        ("W226", "transient_queue"),
        ("E227", "refused_by_version"),
        ("W227", "unknown_setting"),
        ("E228", "delayed_without_type"),
        ("W228", "refused_by_newest"),
        ("W229", "ignored_by_version"),
        ("E231", "events_without_keys"),
        ("W232", "wide_event_binding"),
        ("E233", "mistaken_headers"),
        ("E234", "bad_weight"),
        ("E235", "binding_without_key"),
        ("W236", "duplicate_binding"),
        ("E241", "unguaranteed_key_field"),
        ("W242", "unchecked_key"),
        ("E243", "unfit_header_field"),
        ("E244", "wildcard_in_event_key"),
        ("E245", "event_to_internal_exchange"),
        ("W261", "lost_event"),
        ("W262", "unreachable_queue"),
        ("W263", "unmatched_binding"),
        ("W264", "shadowed_binding"),
        ("W271", "lost_dead_letter"),
        ("W272", "dead_letter_circle"),
        ("W273", "dead_end_alternate"),
        ("E281", "written_password"),
        ("W282", "unjudged_pattern"),
        ("W283", "unknown_tag"),
        ("W284", "user_without_permissions"),
        ("W285", "setting_for_no_operator"),
        ("W286", "unused_upstream"),
        ("E288", "refused_pattern"),
        ("E291", "malformed_filter"),
        ("W292", "never_matching_filter"),
        ("W293", "needless_filter"),
        ("W294", "unknown_field_in_filter"),
        ("W295", "unknown_value_in_filter"),
        ("W296", "contained_filter"),
        ("E297", "filter_behind_chance"),
        ("E298", "twice_by_filter"),
        ("E299", "name_made_for_filters"),
        ("E301", "unreadable_schema"),
        ("E302", "schema_not_json"),
        ("E303", "invalid_schema"),
        ("E304", "schema_outside"),
        ("E305", "reference_to_nowhere"),
        ("E306", "unknown_draft"),
        ("E307", "broken_example"),
        ("W310", "no_room_for_lock"),
        ("E311", "routing_header"),
        ("E312", "long_property"),
        ("W401", "left_out_of_import"),
        ("W402", "imported_as_it_is"),
        ("W403", "not_taken_over"),
        ("W404", "variable_to_set"),
        ("W405", "twice_in_definitions"),
        ("W406", "ignored_in_definitions"),
        ("W421", "not_in_export"),
        ("W422", "secret_to_make"),
        ("W431", "needs_plugin"),
        ("W432", "setting_without_effect"),
    )
)

_CODES = {rule.name: rule.code for rule in CATALOGUE}


def code_of(find: Callable[..., Found]) -> str:
    """Return the code of what a file of ``rules/`` finds."""
    return _CODES[find.__module__.rpartition(".")[2]]
