"""Images by the URI that the SDK gives them."""

import flyte
from flyte.extras import ContainerTask

base = flyte.Image.from_base("python:3.12-slim")
debian = flyte.Image.from_debian_base(python_version=(3, 11))
bare = flyte.Image.from_debian_base(install_flyte=False)
layered = debian.with_apt_packages("curl", "git").with_pip_packages("pandas", "numpy", pre=True)
named = flyte.Image.from_debian_base(registry="ghcr.io/us", name="tools").with_env_vars({"A": "b"}).with_workdir("/w")
commands = base.clone(name="extended", extendable=True).with_commands(["echo a", "echo b"])

a = ContainerTask(name="a", image=base, command=["ls"], cache="auto")
b = ContainerTask(name="b", image=debian, command=["ls"], cache="auto")
c = ContainerTask(name="c", image=bare, command=["ls"], cache="auto")
d = ContainerTask(name="d", image=layered, command=["ls"], cache="auto")
e = ContainerTask(name="e", image=named, command=["ls"], cache="auto")
f = ContainerTask(name="f", image=commands, command=["ls"], cache="auto")
g = ContainerTask(name="g", image=flyte.Image.from_base("alpine"), command=["ls"], cache="auto")
h = ContainerTask(name="h", image=flyte.Image.from_debian_base(), command=["ls"], cache="auto")
