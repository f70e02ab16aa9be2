// The script of the panel: turns what the server says into elements. Text only ever becomes text, never markup.

import type { Action, Block, Explanation, Fact, Graph, Ink, Place, Shown } from "../protocol.ts";

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const editor = acquireVsCodeApi();
const page = document.getElementById("page") as HTMLElement;
const news = document.getElementById("news") as HTMLElement;

window.addEventListener("message", (event: MessageEvent<Shown>) => show(event.data));
editor.postMessage("ready");

/** How much smaller than it is a picture may be shown: below, its texts are for nobody. */
const SMALLEST = 0.7;

function show(shown: Shown): void {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.name : undefined;
    const scrolled = window.scrollY;
    const isOpen = page.querySelector("details")?.open ?? false;
    switch (shown.show) {
        case "explanation":
            page.replaceChildren(...explanation(shown.explanation));
            // Read out where something reads: what the task will do now.
            news.textContent = `${shown.explanation.task}: ${shown.reveal ? fate(shown.explanation) : shown.explanation.sentence}`;
            break;
        case "graph":
            page.replaceChildren(...graph(shown.graph, isOpen));
            news.textContent = shown.graph.text;
            break;
        case "problem":
            page.replaceChildren(element("p", { class: "danger" }, shown.message));
            news.textContent = shown.message;
    }
    const stale = shown.show === "problem" ? undefined : shown.stale;
    page.classList.toggle("stale", stale !== undefined);
    if (stale !== undefined) {
        const notice = `As it was before: ${stale}`;
        // They would be about whatever stands there now.
        for (const button of page.querySelectorAll("button")) button.disabled = true;
        page.prepend(element("p", { class: "notice warning" }, notice));
        news.textContent = notice;
    }
    // Whoever was on a button or in the middle of the text still is.
    window.scrollTo(0, scrolled);
    if (focused) page.querySelector<HTMLElement>(`[data-name="${CSS.escape(focused)}"]`)?.focus();
    if (shown.show === "explanation" && shown.reveal) page.querySelector(".given")?.scrollIntoView({ block: "center" });
}

/** What becomes of the inputs that were given. */
function fate({ blocks, given, sentence }: Explanation): string {
    const [inputs, next] = given === null ? [] : [blocks[given], blocks[given + 1]];
    if (inputs?.kind !== "text" || next?.kind !== "facts") return sentence;
    return `${inputs.text}: ${next.facts[0]?.value ?? sentence}`;
}

function explanation({ blocks, given, actions, keys, places }: Explanation): Node[] {
    const linked = links(places);
    const sections: HTMLElement[] = [];
    let section = element("section", {});
    let lines: HTMLElement | undefined;
    for (const [at, block] of blocks.entries()) {
        if (block.kind !== "line") lines = undefined;
        switch (block.kind) {
            case "heading":
                section = element("section", {});
                sections.push(section);
                section.append(heading(block, sections.length === 1, linked));
                break;
            case "line":
                // Lines of code that belong together can be scrolled and copied together.
                lines ??= section.appendChild(element("pre", { class: "diff", tabindex: "0", "aria-label": "changed lines" }));
                lines.append(line(block.text, block.ink, block.indent));
                break;
            case "text":
                section.append(filled(element("p", { class: `${block.ink} in${block.indent}${at === given ? " given" : ""}` }), linked(block.text)));
                break;
            case "facts":
                section.append(facts(block.facts, block.ink, block.nested, linked));
        }
    }
    const first = sections[0];
    if (actions.length > 0) first?.append(what(actions));
    const known = keys.length === 1 ? "the inputs of one call are known" : `the inputs of ${keys.length} calls are known`;
    if (keys.length > 0) first?.append(element("p", { class: "unseen" }, `${known}, see below`));
    return sections;
}

function heading({ text, aside }: Extract<Block, { kind: "heading" }>, isFirst: boolean, linked: Linked): HTMLElement {
    const made = element(isFirst ? "h1" : "h2", {}, text);
    if (aside) made.append(" ", filled(element("small", { class: "faint" }), linked(aside)));
    return made;
}

/** The marks of a diff are no colours alone: they are read out and stand before the line. */
function line(text: string, ink: Ink, indent: number): HTMLElement {
    const name = ink === "added" ? "ins" : ink === "removed" ? "del" : "span";
    return element(name, { class: `line ${ink}` }, `${" ".repeat(Math.max(0, indent - 4))}${text}\n`);
}

function facts(all: Fact[], ink: Ink, nested: boolean, linked: Linked): HTMLElement {
    const list = element("dl", { class: nested ? "nested" : "" });
    for (const [at, { label, value, note }] of all.entries()) {
        const told = filled(element("dd", { class: at === 0 ? ink : "plain" }), linked(value));
        if (note) told.append(" ", filled(element("span", { class: "faint note" }), linked(note)));
        list.append(element("dt", {}, label), told);
    }
    return list;
}

/** A text in pieces: the places in it lead there. */
type Linked = (text: string) => (string | HTMLElement)[];

function links(places: Place[]): Linked {
    const known = new Map(places.map((place) => [place.text, place]));
    // The longest first, and whole words only: `a.py:1` is no part of `data.py:12`.
    const all = [...known.keys()].sort((a, b) => b.length - a.length).map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    if (all.length === 0) return (text) => [text];
    const pattern = new RegExp(`(?<![^\\s(,])(${all.join("|")})(?![^\\s),])`, "u");
    return (text) =>
        text.split(pattern).map((piece, at) => {
            const place = at % 2 === 1 ? known.get(piece) : undefined;
            return place ? link(place) : piece;
        });
}

function link({ text, uri, line }: Place): HTMLElement {
    const made = element("a", { href: "#", "data-name": text }, text);
    made.addEventListener("click", (event) => {
        event.preventDefault();
        editor.postMessage({ command: "tasklens.openPlace", arguments: [{ uri, line }] });
    });
    return made;
}

function filled(into: HTMLElement, pieces: (string | HTMLElement)[]): HTMLElement {
    into.append(...pieces);
    return into;
}

function what(actions: Action[]): HTMLElement {
    const bar = element("div", { class: "actions", role: "group", "aria-label": "What to do" });
    bar.append(...actions.map((action) => button(action.title, action.command, action.arguments)));
    return bar;
}

function button(title: string, command: string, args: unknown[]): HTMLElement {
    const made = element("button", { type: "button", "data-name": title }, title);
    made.addEventListener("click", () => editor.postMessage({ command, arguments: args }));
    return made;
}

function graph({ at, task, svg, text, mermaid }: Graph, isOpen: boolean): Node[] {
    const picture = element("figure", { tabindex: "0" });
    const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    // Its own colours are for files; here they are the theme's.
    for (const style of parsed.querySelectorAll("style")) style.remove();
    const width = Number(parsed.getAttribute("width"));
    const drawn = picture.appendChild(document.adoptNode(parsed));
    // What does not fit then is scrolled to.
    if (width > 0) drawn.style.minWidth = `${width * SMALLEST}px`;
    const bar = what([
        { title: "Explain", command: "tasklens.explainTask", arguments: [at] },
        { title: "Copy as Mermaid", command: "tasklens.copyText", arguments: [mermaid] },
        { title: "Copy as SVG", command: "tasklens.copyText", arguments: [svg] },
    ]);
    const words = element("details", isOpen ? { open: "open" } : {});
    words.append(element("summary", {}, "In words"), element("pre", { tabindex: "0" }, text));
    return [element("h1", {}, task), bar, picture, words];
}

function element(name: string, attributes: Record<string, string>, text = ""): HTMLElement {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
}
