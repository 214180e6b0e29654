"""What a runner of GitHub Actions does with a workflow and a composite action, step by step, as far as ours need it."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.pipeline.expressions import evaluated, expanded

INSTALL = "Install edatool"


@dataclass(frozen=True)
class Event:
    """What a workflow runs for: ``payload`` is what GitHub sends of it, ``inputs`` are those of a run by hand."""

    name: str
    ref: str
    commit: str
    payload: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass
class Ran:
    """A job that ran: its log, the summary that it wrote, and the exit code of each script by the name of its step."""

    folder: Path
    log: str = ""
    summary: str = ""
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def green(self) -> bool:
        return not any(self.codes.values())


@dataclass(frozen=True)
class Runner:
    """A machine with a folder of its own, where ``check_out`` makes the folder of a job for an event.

    ``secrets`` are those of each environment. ``action`` is the folder of the only action whose steps are carried out.
    """

    folder: Path
    action: Path
    check_out: Callable[[Event, Path], None]
    secrets: Mapping[str, Mapping[str, str]]
    environ: Mapping[str, str]

    def run(self, event: Event, number: int) -> Ran:
        """Run the only job of the only workflow for an event; secrets are not for forks."""
        ran = Ran(self.folder / f"job-{number}")
        ran.folder.mkdir()
        self.check_out(event, ran.folder)
        [workflow] = (ran.folder / ".github" / "workflows").glob("*.yml")
        [job] = yaml.safe_load(workflow.read_text())["jobs"].values()
        values = self._values(event)
        assert evaluated(job["if"], values) is True, f"the job does not run for {event}"
        environment = expanded(job["environment"], values)
        of_fork = values.get("github.event.pull_request.head.repo.full_name", values["github.repository"])
        secrets = self.secrets[environment] if of_fork == values["github.repository"] else {}
        values.update({f"secrets.{name}": one for name, one in secrets.items()})
        for step in job["steps"]:
            self._step(step, values, event, ran)
        return ran

    def _step(self, step: Mapping[str, Any], values: dict[str, object], event: Event, ran: Ran) -> None:
        condition, given = step.get("if", "success()"), step.get("with", {})
        if "cancelled()" not in condition and not ran.green:
            return
        if condition != "success()" and not evaluated(condition, values, ran.folder):
            return
        match step["uses"].partition("@")[0]:
            case "actions/checkout":
                assert (given["fetch-depth"], given["persist-credentials"]) == (2, False)
            case "github/codeql-action/upload-sarif":
                assert (ran.folder / given["sarif_file"]).is_file()
            case _:
                self._act({name: expanded(one, values) for name, one in given.items()}, values, event, ran)

    def _act(self, given: Mapping[str, str], values: Mapping[str, object], event: Event, ran: Ran) -> None:
        """Carry out the steps of the action, with these inputs."""
        read = yaml.safe_load((self.action / "action.yml").read_text())
        assert given.keys() <= read["inputs"].keys()
        inputs = {name: expanded(one["default"], values) for name, one in read["inputs"].items()}
        known = {**values, **{f"inputs.{name}": one for name, one in {**inputs, **given}.items()}}
        for step in read["runs"]["steps"]:
            condition = step.get("if", "success()")
            if "cancelled()" not in condition and not ran.green:
                continue
            if step["name"] == INSTALL and (self.folder / "edatool").exists():
                continue  # for each job the same, so that all but the first use what the first has installed
            if condition == "success()" or evaluated(condition, known):
                own = {name: expanded(one, known) for name, one in step.get("env", {}).items()}
                self.script(step["name"], step["run"], own, event, ran)

    def script(self, name: str, script: str, own: Mapping[str, str], event: Event, ran: Ran) -> None:
        """Run a script as ``shell: bash`` does, in the folder of its job."""
        summary, payload = self.folder / "summary.md", self.folder / "event.json"
        summary.write_text("")
        payload.write_text(json.dumps(event.payload))
        of_github = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_EVENT_PATH": str(payload),
            "GITHUB_REF": event.ref,
            "GITHUB_SHA": event.commit,
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_WORKSPACE": str(ran.folder),
            "RUNNER_TEMP": str(self.folder),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ran.folder,
            env={**os.environ, **self.environ, **of_github, **own},
        )
        ran.codes[name] = done.returncode
        ran.log += f"## {name}\n{done.stdout}"
        ran.summary += summary.read_text()

    def _values(self, event: Event) -> dict[str, object]:
        return {
            "github.event_name": event.name,
            "github.ref": event.ref,
            "github.repository": self.environ["GITHUB_REPOSITORY"],
            "github.token": self.environ["GITHUB_TOKEN"],
            **{f"inputs.{name}": one for name, one in event.inputs.items()},
            **_flat("github.event", event.payload),
        }


def _flat(name: str, value: object) -> dict[str, object]:
    """Return what is in a value of JSON, by names with dots."""
    if not isinstance(value, dict):
        return {name: value}
    return {inner: one for key, below in value.items() for inner, one in _flat(f"{name}.{key}", below).items()}
