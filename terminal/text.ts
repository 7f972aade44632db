import { visibleLines } from "./foreign";

/** Colors with the same meaning everywhere: done, attention, failed, secondary. */
export type Tone = "good" | "warn" | "bad" | "dim" | "bold";

const CODES: Readonly<Record<Tone, string>> = { good: "32", warn: "33", bad: "31", dim: "2", bold: "1" };

/** Width where no terminal reports one. */
const DEFAULT_COLUMNS = 100;

/** Narrowest width that tables and text are laid out for. */
const LEAST_COLUMNS = 40;

/** Width that the last column of a table keeps while others can be cut. */
const LEAST_LAST = 12;

/** Gap between two columns of a table. */
const GAP = "  ";

/** Properties of a command's output. */
export interface Terminal {
    /** Width in characters. */
    readonly columns: number;
    /** Whether colours are understood and wanted. */
    readonly colour: boolean;
    /** Whether a person can be asked. */
    readonly interactive: boolean;
}

/** What {@link terminalOf} reads of `process`. */
interface Streams {
    readonly stdin: { readonly isTTY?: boolean };
    readonly stdout: { readonly isTTY?: boolean; readonly columns?: number };
}

/**
 * The terminal that a command runs on. `NO_COLOR` with any non-empty text and `TERM=dumb` turn colours off (no-color.org);
 * `FORCE_COLOR` decides before both, for pipes, too: `0` and `false` turn colours off (force-color.org);
 * `CI` means that nobody can be asked.
 */
export function terminalOf({ stdin, stdout }: Streams = process, env: NodeJS.ProcessEnv = process.env): Terminal {
    const terminal = stdout.isTTY === true;
    const ci = env.CI !== undefined && env.CI !== "" && env.CI !== "false";
    const columns = Math.max(LEAST_COLUMNS, (terminal ? stdout.columns : undefined) ?? DEFAULT_COLUMNS);
    const { FORCE_COLOR: force = "" } = env;
    const wanted = (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
    const colour = force === "" ? terminal && wanted : !["0", "false"].includes(force);
    return { columns, colour, interactive: terminal && stdin.isTTY === true && !ci };
}

/** Colours a text, where colours are wanted. */
export function paint(text: string, tone: Tone, { colour }: Pick<Terminal, "colour">): string {
    return colour ? `\u001b[${CODES[tone]}m${text}\u001b[0m` : text;
}

/** A text cut to a width, with an ellipsis where something is missing. */
export function fit(text: string, width: number): string {
    return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/**
 * A name cut to a width in its middle: its beginning tells what it is, its end tells it from the others of its kind.
 */
function fitName(text: string, width: number): string {
    if (text.length <= width) {
        return text;
    }
    const end = Math.floor(((width - 1) * 2) / 3);
    return `${fit(text, width - end)}${text.slice(text.length - end)}`;
}

/**
 * Breaks a text at spaces; a word longer than a line stays whole. Continued lines leave room for an indent of 2. What
 * may come from the cluster cannot move the cursor: hidden characters are shown as `\uFFFD`.
 */
export function wrap(text: string, columns: number): string[] {
    const width = Math.max(columns, LEAST_COLUMNS) - 2;
    const lines: string[] = [];
    // Two spaces are a gap inside a word.
    for (const word of visibleLines(text)
        .join(" ")
        .split(/ (?! )/)) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= width) {
            lines[lines.length - 1] = `${last} ${word}`;
        } else {
            lines.push(word);
        }
    }
    return lines;
}

/** A cell of a table: its text, and its colour. */
export type Cell = string | readonly [text: string, tone: Tone];

/**
 * Lines of a table, indented by two. Columns are as wide as their longest text. Where that is too much, the last
 * column, which holds explanations, is truncated first, then the widest; names lose their middle. Cells may hold text
 * of the cluster: see {@link wrap}.
 */
export function table(rows: readonly (readonly Cell[])[], terminal: Pick<Terminal, "columns" | "colour">): string[] {
    const textOf = (cell: Cell | undefined) =>
        visibleLines(typeof cell === "object" ? cell[0] : (cell ?? "")).join(" ");
    const count = Math.max(0, ...rows.map((row) => row.length));
    const widths = Array.from({ length: count }, (_, column) =>
        Math.max(0, ...rows.map((row) => textOf(row[column]).length)),
    );
    const room = terminal.columns - GAP.length * count;
    while (widths.reduce((sum, width) => sum + width, 0) > room && Math.max(...widths) > 1) {
        const last = widths.length - 1;
        const cut = (widths[last] ?? 0) > LEAST_LAST ? last : widths.lastIndexOf(Math.max(...widths));
        widths[cut] = (widths[cut] ?? 1) - 1;
    }
    return rows.map((row) =>
        row
            .map((cell, column) => {
                const last = column === row.length - 1;
                const text = (last ? fit : fitName)(textOf(cell), widths[column] ?? 0);
                const padded = last ? text : text.padEnd(widths[column] ?? 0);
                return GAP + (typeof cell === "object" ? paint(padded, cell[1], terminal) : padded);
            })
            .join("")
            .trimEnd(),
    );
}

/** A duration for people, in its largest unit: `12 s`, `5 min`, `3 h`, `2 d`. */
export function ago(milliseconds: number): string {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    if (seconds < 120) {
        return `${seconds} s`;
    }
    const minutes = Math.round(seconds / 60);
    if (minutes < 120) {
        return `${minutes} min`;
    }
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
