// Texts of a project in messages: against the pattern that VS Code finds links by.

import assert from "node:assert/strict";
import { test } from "node:test";

import { plain } from "../src/plain.ts";

const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

test("what a file says becomes no link", () => {
    for (const text of ["`[Mend it](command:x.y)` is no version", "[a](https://x)[b](file:///y \"z\")", "[[a](command:b)](command:c)"]) {
        assert.match(text, LINK);
        assert.doesNotMatch(plain(text), LINK);
        assert.equal(plain(text).replaceAll("\u200b", ""), text);
    }
    assert.equal(plain("x[1] (2)"), "x[1] (2)");
});
