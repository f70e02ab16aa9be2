"""An environment with a plugin's config: its tasks are of another class, and versioned alike."""

from dataclasses import dataclass

import flyte
from flyte.extend import AsyncFunctionTaskTemplate, TaskPluginRegistry


@dataclass
class Config:
    workers: int = 1


@dataclass(kw_only=True)
class PluginTask(AsyncFunctionTaskTemplate):
    task_type: str = "plugin"
    plugin_config: Config


TaskPluginRegistry.register(config_type=Config, plugin=PluginTask)

env = flyte.TaskEnvironment("plugin", plugin_config=Config(workers=2), cache="auto")


@env.task
def task(x: int) -> int:
    return x
