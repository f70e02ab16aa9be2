"""Tools in containers. Without a Python function, the version is made of image, command and arguments."""

import flyte
from flyte.extras import ContainerTask
from flyte.extras.shell import Glob, Stdout, create
from flyte.io import File

SAMTOOLS = "quay.io/biocontainers/samtools:1.20--h50ea8bc_0"

# A shell task is cached by default: another flag in the script is another version, and so is another image tag.
sort_reads = create(
    name="sort_reads",
    image=SAMTOOLS,
    inputs={"reads": File, "threads": int},
    outputs={"sorted": Glob("*.bam")},
    defaults={"threads": 4},
    script=r"""
        samtools sort -@ {inputs.threads} -o {outputs.sorted}/sorted.bam {inputs.reads}
    """,
)

count_reads = create(
    name="count_reads",
    image=SAMTOOLS,
    inputs={"reads": File},
    outputs={"count": Stdout(type=str)},
    script="samtools view -c {inputs.reads}",
    cache="disable",  # quick: not worth an entry
)

# A container task is not cached by default. The tag `3.20` can move to another image: the version would not notice.
checksum = ContainerTask(
    name="checksum",
    image="alpine:3.20",
    command=["/bin/sh", "-c", "sha256sum {{.inputs.text}} | cut -d' ' -f1 | tee /var/outputs/digest"],
    inputs={"text": str},
    outputs={"digest": str},
    cache=flyte.Cache("auto"),
)

container_env = flyte.TaskEnvironment.from_task("genomics_tools", checksum)
