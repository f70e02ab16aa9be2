// What the server answers to requests of its own, beside those of the protocol. All words come from there.

/** A document's address and a line from 0: how a task is named in requests. */
export interface TaskAt {
    uri: string;
    line: number;
}

/** How a piece of a page is coloured. */
export type Ink = "plain" | "strong" | "faint" | "good" | "news" | "warning" | "danger" | "added" | "removed";

/** A line of facts: what it is about, what it is, where that comes from. */
export interface Fact {
    label: string;
    value: string;
    note: string;
}

/** A piece of a page, in reading order. */
export type Block =
    | { kind: "heading"; text: string; aside: string }
    | { kind: "text"; text: string; ink: Ink; indent: number }
    | { kind: "line"; text: string; ink: Ink; indent: number }
    | { kind: "facts"; facts: Fact[]; ink: Ink; nested: boolean };

/** Something that can be done about a task: a command of ours with its arguments. */
export interface Action {
    title: string;
    command: string;
    arguments: unknown[];
}

/** A place in the code, and how it is written: `envs.py:3`. */
export interface Place extends TaskAt {
    text: string;
}

/** `tasklens/explain`: all that there is to say of a task. */
export interface Explanation {
    at: TaskAt;
    task: string;
    sentence: string;
    /** In full, for the clipboard; null where it isn't known. */
    version: string | null;
    /** Known inputs with their keys. */
    keys: { inputs: string; key: string; entry: string }[];
    blocks: Block[];
    /** The block that names the inputs which the user gave; the next says what becomes of them. */
    given: number | null;
    /** The places that the blocks name, as they are written there. */
    places: Place[];
    actions: Action[];
}

/** A task in `tasklens/tasks`. */
export interface Task {
    at: TaskAt;
    name: string;
    function: string;
    environment: string;
    /** `will recompute` */
    head: string;
    why: string;
    /** Which picture stands before it: the word of its news. */
    news: string;
    /** Whether the next run computes what the baseline's entries would have saved. */
    recomputes: boolean;
    cached: boolean;
}

/** `tasklens/tasks`: the tasks of the workspace, or of the files that are open. */
export interface Tasks {
    tasks: Task[];
    /** The Pythons that submit, with where each comes from. */
    pythons: string[];
    /** What the code is compared with, or why with nothing. */
    baselines: string[];
    /** What else is to be known: problems of reading. */
    notes: string[];
}

/** `tasklens/graph`: what the next run of a pipeline does. */
export interface Graph {
    at: TaskAt;
    task: string;
    svg: string;
    mermaid: string;
    text: string;
}

/** An input in `tasklens/inputs`. */
export interface Input {
    name: string;
    annotation: string | null;
    default: string | null;
    ignored: boolean;
    example: string | null;
}

/** `tasklens/clear`: what would go, or went. */
export interface Cleared {
    task: string;
    entries: number;
    bytes: number;
    path: string;
    sentence: string;
}

/** A revision to compare with, in `tasklens/baselines`. */
export interface Baseline {
    /** What the setting takes; empty for the default. */
    revision: string;
    name: string;
    detail: string;
    current: boolean;
}

/** `tasklens/baselineText`: a file as it was, for a diff. */
export interface BaselineText {
    name: string;
    text: string;
    /** The task's first line there, from 0. */
    line: number;
}

/** What the panel's script is told to show. */
export type Shown =
    /** With `reveal` the inputs that the user gave are brought into sight. */
    | { show: "explanation"; explanation: Explanation; reveal: boolean; stale?: string }
    /** `stale` says why there is nothing newer than this. */
    | { show: "graph"; graph: Graph; stale?: string }
    | { show: "problem"; message: string };
