import flyte

env = flyte.TaskEnvironment(name="tabs", cache="auto")


class Holder:
	@env.task
	def task(x: int) -> int:
		# a comment
		return x
