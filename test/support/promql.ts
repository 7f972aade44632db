/** PromQL keywords that can occur in the position of a metric name. */
const KEYWORDS = new Set(
    "and or unless by without on ignoring group_left group_right bool offset inf nan start end atan2".split(" "),
);

/** Clauses with labels in parentheses. */
const LABEL_LIST = /\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;

/** Names of the series that a PromQL expression selects, each once. Selectors by `{__name__=...}` are not used here. */
export function seriesIn(expression: string): string[] {
    const bare = expression
        .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""')
        .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, " ")
        .replaceAll(LABEL_LIST, " ");
    const names = [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\w*\s*\()(?![\w:])/g)].map(([name]) => name);
    return [...new Set(names.filter((name) => !KEYWORDS.has(name.toLowerCase())))];
}
