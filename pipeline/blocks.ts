import { visible, visibleLines } from "../terminal/foreign";

/** A table row, and a table: of words of this program only, never of text from elsewhere. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * Text from elsewhere, as it is: a block of code has no markup, mentions, references or links in it. A line that could end
 * the block is shortened, and what cannot be seen is replaced.
 */
export function fenced(language: "text" | "diff", lines: readonly string[]): string {
    const safe = lines.flatMap(visibleLines).map((line) => line.replaceAll(/`{4,}/g, "```"));
    return [`\`\`\`\`${language}`, ...safe, "````"].join("\n");
}

/** A part that the reader opens. Its title is on the line of an HTML block, in which nothing but HTML has a meaning. */
export function folded(title: string, body: string): string {
    const safe = visible(title).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    return `<details><summary><code>${safe}</code></summary>\n\n${body}\n\n</details>`;
}

/** A count with its noun, e.g. `1 violation`, `2 violations`. */
export function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Longest comment or issue that GitHub takes (characters), less some room for its own handling of line ends. */
const MAX_LENGTH = 65_000;

/** Room for the note about what was left out (characters). */
const NOTE_LENGTH = 200;

/** Joins parts up to the size that GitHub takes; those at the end are left out first, and counted. */
export function fit(parts: readonly string[], footer: string): string {
    const present = parts.filter((part) => part !== "");
    const kept: string[] = [];
    let length = footer.length + NOTE_LENGTH;
    for (const part of present) {
        if (length + part.length + 2 > MAX_LENGTH) {
            break;
        }
        kept.push(part);
        length += part.length + 2;
    }
    const dropped = present.length - kept.length;
    const note =
        dropped === 0 ? [] : [`... ${counted(dropped, "part")} left out; the job's summary and artifact have them.`];
    return [...kept, ...note, footer].join("\n\n");
}
