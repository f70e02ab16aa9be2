// Which program is started, and which is refused: over real files.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";

import { type Candidate, candidates, choose, expanded, read, SCHEMA } from "../src/binary.ts";

const folder = mkdtempSync(join(tmpdir(), "tasklens-binary-"));
after(() => rmSync(folder, { recursive: true }));

const around = {
    trusted: true,
    setting: "/set/tasklens",
    environments: ["/venv/bin"],
    path: ["/usr/bin", "relative", "", "/opt"].join(delimiter),
    bundled: "/ext/bin/tasklens",
};

/** A program that answers `--probe` with a text. */
function program(name: string, said: string, mode = 0o755): Candidate {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${said}\n`);
    chmodSync(path, mode);
    return { path, from: "PATH" };
}

const good = `echo '{"name": "tasklens", "version": "1.2.3", "schema": ${SCHEMA}}'`;

test("the setting goes before the environment, the PATH and the extension's own", () => {
    const paths = candidates(around).map(({ path, from }) => `${from} ${path}`);
    assert.deepEqual(paths, [
        "setting /set/tasklens",
        "environment /venv/bin/tasklens",
        "PATH /usr/bin/tasklens",
        "PATH /opt/tasklens",
        "bundled /ext/bin/tasklens",
    ]);
});

test("a path may be given from the home or from the workspace", () => {
    const variable = (name: string) => `\${${name}}`;
    assert.equal(expanded(" ~/bin/tasklens ", "/home/ada", undefined), "/home/ada/bin/tasklens");
    assert.equal(expanded(`${variable("userHome")}/my $& tools/tasklens`, "/home/$&", undefined), "/home/$&/my $& tools/tasklens");
    assert.equal(expanded(`${variable("workspaceFolder")}/.venv/bin/tasklens`, "/home/ada", "/a b"), "/a b/.venv/bin/tasklens");
    assert.equal(expanded(variable("workspaceFolder"), "/home/ada", undefined), variable("workspaceFolder"));
    assert.equal(expanded("~other/x", "/home/ada", undefined), "~other/x");
    assert.equal(expanded("", "/home/ada", "/w"), "");
});

test("an untrusted workspace has no say", () => {
    assert.deepEqual(candidates({ ...around, trusted: false }), [{ path: "/ext/bin/tasklens", from: "bundled" }]);
});

test("a program is asked once, however often it is named", () => {
    const twice = candidates({ ...around, setting: "", environments: ["/opt", "/opt"] });
    assert.equal(twice.filter(({ path }) => path === "/opt/tasklens").length, 1);
});

test("what an answer to the probe has to say", () => {
    const refused = (text: string) => {
        const found = read(text);
        return "reason" in found ? found.reason : undefined;
    };
    assert.deepEqual(read(`{"name": "tasklens", "version": "1.2.3", "schema": ${SCHEMA}, "more": 1}`), { version: "1.2.3" });
    assert.match(refused("hello") ?? "", /is no JSON/);
    assert.match(refused("null") ?? "", /another program/);
    assert.match(refused('{"name": "other", "version": "1"}') ?? "", /another program/);
    assert.match(refused(`{"name": "tasklens", "version": "9", "schema": ${SCHEMA + 1}}`) ?? "", /update the older one/);
});

test("the first that is the server is taken, and the others are told with the reason", { skip: process.platform === "win32" }, async () => {
    const named: Candidate = { path: join(folder, "nothing"), from: "setting" };
    const unnamed: Candidate = { path: join(folder, "nowhere"), from: "PATH" };
    const broken = program("broken", "exit 3");
    const silent = program("silent", "true");
    const forbidden = program("forbidden", good, 0o644);
    const right = program("right", good);
    const { server, rejections } = await choose([named, unnamed, broken, silent, forbidden, right, program("later", good)]);
    assert.deepEqual(server, { ...right, version: "1.2.3" });
    const told = rejections.map(({ path, reason }) => `${path.slice(folder.length + 1)}: ${reason.split(" ").slice(0, 4).join(" ")}`);
    assert.deepEqual(told, [
        "nothing: there is no such",
        "broken: `server --probe` fails: Command",
        "silent: its answer to `server",
        "forbidden: it may not be",
    ]);
});

test("where there is none, nothing is started", async () => {
    const { server, rejections } = await choose([{ path: "tasklens", from: "setting" }]);
    assert.equal(server, undefined);
    assert.equal(rejections[0]?.reason, "it is no absolute path");
});

test("a program that hangs and hears no signal is waited for no longer", { skip: process.platform === "win32" }, async () => {
    const deaf = program("deaf", "trap '' TERM INT HUP; exec sleep 600");
    const { server, rejections } = await choose([deaf], 300);
    assert.equal(server, undefined);
    assert.match(rejections[0]?.reason ?? "", /^it did not say who it is within 0\.3 s$/);
});
