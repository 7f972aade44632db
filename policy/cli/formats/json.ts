import type { CheckReport } from "../check";

/** For programs. */
export function* toJson({ checked, skipped, violations, exceptions, errors }: CheckReport): Generator<string> {
    yield* jsonWithList({ checked, skipped }, "violations", violations, { exceptions, errors });
}

/**
 * Writes a JSON object with a list, without holding the whole list in memory.
 * @param before Fields before the list.
 * @param after Fields after it.
 * @param depth Nesting level of the object; its first line is not indented. Default: 0, which adds a final newline.
 */
export function* jsonWithList(
    before: object,
    name: string,
    items: Iterable<unknown>,
    after: object,
    depth = 0,
): Generator<string> {
    const indent = INDENT.repeat(depth);
    const lines = (value: unknown, levels: number) =>
        JSON.stringify(value, undefined, INDENT).replaceAll("\n", `\n${INDENT.repeat(levels)}`);
    const field = ([key, value]: [string, unknown]) =>
        `${indent}${INDENT}${JSON.stringify(key)}: ${lines(value, depth + 1)}`;
    yield `{\n${Object.entries(before)
        .map((entry) => `${field(entry)},\n`)
        .join("")}${indent}${INDENT}${JSON.stringify(name)}: [`;
    let separator = "";
    for (const item of items) {
        yield `${separator}\n${indent}${INDENT}${INDENT}${lines(item, depth + 2)}`;
        separator = ",";
    }
    yield separator === "" ? "]" : `\n${indent}${INDENT}]`;
    yield `${Object.entries(after)
        .map((entry) => `,\n${field(entry)}`)
        .join("")}\n${indent}}`;
    if (depth === 0) {
        yield "\n";
    }
}

const INDENT = "  ";
