"""Prints run records as `flyte get` does: the messages are real ones of `flyteidl2`, and the SDK's own formatter and console
print them. Standard input is JSON: `shape` (details, actions, run, runs) and `actions`, a list of `run`, `action`, `task`,
`version`, `cache`, `start`, `seconds`, `attempts`."""

import json
import sys
from datetime import datetime, timedelta, timezone

from flyte.cli import _common as common
from flyte.remote._action import Action, ActionDetails
from flyte.remote._run import Run, RunDetails
from flyteidl2.common import phase_pb2
from flyteidl2.core import catalog_pb2
from flyteidl2.workflow import run_definition_pb2 as messages


def details(one: dict) -> messages.ActionDetails:
    message = messages.ActionDetails()
    message.id.run.org, message.id.run.project, message.id.run.domain = "acme", "ml", "development"
    message.id.run.name, message.id.name = one["run"], one["action"]
    message.metadata.parent = "a0"
    if one["task"] is None:
        message.metadata.trace.name = "a trace"
    else:
        message.metadata.task.id.name, message.metadata.task.id.version = one["task"], "deployed"
        message.metadata.environment_name, message.metadata.funtion_name = one["task"].split(".")
    if one["version"] is not None:
        template = message.task.task_template
        template.id.name = one["task"]
        template.metadata.discoverable = True
        template.metadata.discovery_version = one["version"]
        template.container.args.extend(["a0", "--inputs", "s3://bucket/" + "very-long-path/" * 12])
    message.task.documentation.short_description = "It's a \"quoted\" [bold]word[/bold] · 中文 " + "of many " * 40
    start = datetime.fromtimestamp(one["start"], timezone.utc)
    end = start + timedelta(seconds=one["seconds"])
    cache = catalog_pb2.CatalogCacheStatus.Value(one["cache"])
    status = message.status
    status.phase, status.cache_status = phase_pb2.ACTION_PHASE_SUCCEEDED, cache
    status.attempts, status.duration_ms = one["attempts"], int(one["seconds"] * 1000)
    status.start_time.FromDatetime(start)
    status.end_time.FromDatetime(end)
    for number in range(1, one["attempts"] + 1):
        attempt = message.attempts.add()
        attempt.attempt = number
        attempt.start_time.FromDatetime(start)
        attempt.end_time.FromDatetime(end)
        if number == one["attempts"]:
            attempt.phase, attempt.cache_status = phase_pb2.ACTION_PHASE_SUCCEEDED, cache
        else:
            attempt.phase = phase_pb2.ACTION_PHASE_FAILED
            attempt.error_info.message = "Traceback:\n  it 'failed'"
    return message


def action(of: messages.ActionDetails) -> messages.Action:
    return messages.Action(id=of.id, metadata=of.metadata, status=of.status)


asked = json.load(sys.stdin)
found = [details(one) for one in asked["actions"]]
console = common.get_console()
match asked["shape"]:
    # `get action RUN ACTION` and `get run RUN` print "json" whatever the output format is.
    case "details":
        console.print(common.format("Action", [ActionDetails(found[0])], "json"))
    case "run":
        console.print(common.format("Run", [RunDetails(messages.RunDetails(action=found[0]))], "json"))
    case "actions":
        console.print(common.format("Actions", [Action(action(one)) for one in found], "json-raw"))
    case "runs":
        runs = [Run(messages.Run(action=action(one), labels={"team": "ml"})) for one in found]
        console.print(common.format("Runs", runs, "json-raw"))
    case "plain":
        print(common.format("Actions", [ActionDetails(one) for one in found], "json-raw"))
