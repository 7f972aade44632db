import { visible, visibleLines } from "../terminal/foreign";
import { counted } from "../terminal/counted";

/** A table row, and a table; for text of this program only, never for untrusted text. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * Untrusted text, verbatim: a code block interprets no markup, mentions, references or links. A line that could end the
 * block is shortened, and invisible characters are replaced.
 */
export function fenced(language: "text" | "diff", lines: readonly string[]): string {
    const safe = lines.flatMap(visibleLines).map((line) => line.replaceAll(/`{4,}/g, "```"));
    return [`\`\`\`\`${language}`, ...safe, "````"].join("\n");
}

/** A collapsed section. Its title is on the line of an HTML block, in which only HTML is interpreted. */
export function folded(title: string, body: string): string {
    const safe = visible(title).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    return `<details><summary><code>${safe}</code></summary>\n\n${body}\n\n</details>`;
}

/**
 * Maximum length of a comment or issue that GitHub accepts (characters), minus a margin for its handling of line
 * endings.
 */
const MAX_LENGTH = 65_000;

/** Room for the note about what was left out (characters). */
const NOTE_LENGTH = 200;

/** Joins parts up to the size that GitHub accepts; the last ones are left out first, and counted. */
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
