"""Reads to variants: shell and container tasks called by Python tasks."""

import flyte
import tools
from flyte.io import File

env = flyte.TaskEnvironment(
    "genomics",
    cache="auto",
    depends_on=[tools.container_env, tools.sort_reads.env, tools.count_reads.env],
)


# A File counts by its location unless it carries a hash: the same bytes at another path are another key.
@env.task
async def align(reads: File, reference: str) -> File:
    print(f"aligning against {reference}")
    return reads


@env.task
async def pileup(sequence: str, window: int = 8) -> dict[str, int]:
    counts: dict[str, int] = {}
    for start in range(len(sequence) - window + 1):
        word = sequence[start : start + window]
        counts[word] = counts.get(word, 0) + 1
    return counts


@env.task(cache="disable")
async def variants(reads: File, reference: str = "GRCh38") -> str:
    sorted_reads = await tools.sort_reads(reads=await align(reads, reference))
    return await tools.count_reads(reads=sorted_reads[0])


@env.task(cache="disable")
async def main(sequence: str = "GATTACAGATTACA") -> dict[str, int]:
    digest = await tools.checksum(text=sequence)
    print(f"sequence {digest}")
    return await pileup(sequence, window=4)


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(main).url)
