// What the scenarios play in: a repository with the project's examples and a pipeline that real runs of the SDK go through.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Tasks that take no time, each for a lens of another kind. */
export const PIPE = `import flyte

env = flyte.TaskEnvironment("ml", cache="auto")
plain = flyte.TaskEnvironment("plain")


@env.task
def load(name: str) -> list[int]:
    return [len(name), 2, 3]


@env.task
def train(rows: list[int], seed: int = 1) -> int:
    """Adds it all up."""
    return sum(rows) + seed


@env.task(cache=flyte.Cache("auto", version_override="1.0"))
def tuned(rows: list[int]) -> int:
    return max(rows)


@plain.task
def report(total: int) -> str:
    return f"total: {total}"


@plain.task
def pipeline() -> str:
    rows = load("flats")
    return report(train(rows) + tuned(rows))


if __name__ == "__main__":
    flyte.init()
    print(flyte.run(pipeline).outputs())
`;

/** A file with a slip that Flyte says nothing of. */
export const SLIP = `import flyte

env = flyte.TaskEnvironment("slips")


@env.task(cache=flyte.Cache("auto", ignored_inputs=("sed",)))
def fit(rows: int, seed: int) -> int:
    return rows
`;

/** A repository in a folder of its own. */
export class World {
    constructor(home) {
        this.home = home;
        this.folder = mkdtempSync(join(tmpdir(), "tasklens-world-"));
        cpSync(join(ROOT, "examples"), join(this.folder, "examples"), { recursive: true });
        this.write(".python-version", "3.12\n");
        this.write("pyproject.toml", '[project]\nname = "world"\nversion = "1"\n');
        this.write("work.py", PIPE);
        this.write("slip.py", SLIP);
        this.write("notes.txt", "a\n");
        this.git("init", "-q", "-b", "main");
        // There from the start: of a folder that appears with a file in it, VS Code's watcher may tell without the file.
        this.write(".vscode/settings.json", "{}");
        this.write(".git/info/exclude", ".vscode/\n");
        this.commit("all");
        this.git("branch", "other");
    }

    write(file, text) {
        mkdirSync(dirname(join(this.folder, file)), { recursive: true });
        writeFileSync(join(this.folder, file), text);
    }

    read(file) {
        return readFileSync(join(this.folder, file), "utf8");
    }

    git(...args) {
        const name = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
        return execFileSync("git", [...name, ...args], { cwd: this.folder, encoding: "utf8" });
    }

    commit(message) {
        this.git("add", "-A");
        this.git("commit", "-q", "-m", message);
    }

    /** As it was at first, whatever a scenario left. */
    reset() {
        this.git("checkout", "-q", "--force", "main");
        this.git("clean", "-fdq");
        this.write(".vscode/settings.json", "{}");
    }

    /** The Python that has the SDK, if it is set up. */
    python() {
        const program = join(this.home, "flyte", "3.12", "bin", "python");
        return existsSync(program) ? program : undefined;
    }

    remove() {
        rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
}
