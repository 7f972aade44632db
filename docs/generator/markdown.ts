/** A Markdown table, not aligned: Prettier does that. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
    return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text for a table cell: on one line, with no `|` of its own. */
function cell(text: string): string {
    return text.replaceAll("\n", " ").replaceAll("|", "\\|");
}

/** Inline code. */
export function code(text: string): string {
    return `\`${text}\``;
}

/** Words as an enumeration: `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
    return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}

/**
 * Puts text between the markers `<!-- name:start -->` and `<!-- name:end -->` of a page.
 * @throws Error when the page does not have both markers.
 */
export function replaceBetween(page: string, name: string, text: string): string {
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
    const [from, to] = [page.indexOf(start), page.indexOf(end)];
    if (from < 0 || to < from) {
        throw new Error(`the page needs the lines ${start} and ${end}, in this order`);
    }
    return `${page.slice(0, from + start.length)}\n\n${text}\n\n${page.slice(to)}`;
}
