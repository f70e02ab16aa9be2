"""Images with another Python than the laptop's.

`.python-version` says 3.13: that interpreter submits, and a root task's version is its own. The images hold Python 3.12,
and a child's version is made by the Python of its parent's image. So a task that runs as a root and as a child has two
versions, and the two never share entries.
"""

import flyte
from flyte import Image, Resources, TaskEnvironment

PREFIX = "vision"

slim = Image.from_debian_base(python_version=(3, 12)).with_pip_packages("pillow", "numpy")
cuda = Image.from_debian_base(python_version=(3, 12), name="vision-cuda").with_pip_packages("torch", "torchvision")

cpu = TaskEnvironment(name=f"{PREFIX}_cpu", image=slim, cache="auto")

# The same cache, another name: to move a task from `cpu` to `gpu` changes its name and its decorator, so its version too.
gpu = cpu.clone_with(name=f"{PREFIX}_gpu", image=cuda, resources=Resources(gpu="T4:1", memory="16Gi"))

# No image named: the default one, which takes the submitting Python.
driver = TaskEnvironment(name=f"{PREFIX}_driver", depends_on=[cpu, gpu])
