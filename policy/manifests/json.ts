import { isObject } from "../engine/field";

/** The texts of JSON objects that follow one another, as `jq` writes them; the text itself when it is anything else. */
export function jsonTexts(text: string): string[] {
    if (!/^\s*\{/.test(text) || !/\}\s*\{/.test(text)) {
        return [text];
    }
    const starts = objectStarts(text);
    const texts = starts.map((start, index) => text.slice(index === 0 ? 0 : start, starts[index + 1]));
    return texts.length > 1 && texts.every(isJson) ? texts : [text];
}

/** Where the objects start that are in no other. */
function objectStarts(text: string): number[] {
    const starts: number[] = [];
    let [depth, quoted] = [0, false];
    for (let at = 0; at < text.length; at++) {
        const character = text[at];
        if (quoted && character === "\\") {
            at++;
        } else if (character === '"') {
            quoted = !quoted;
        } else if (!quoted && character === "{" && depth++ === 0) {
            starts.push(at);
        } else if (!quoted && character === "}") {
            depth--;
        }
    }
    return starts;
}

function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

/**
 * The value of a JSON text that has no duplicate keys, `undefined` when it is no JSON or it cannot be told: YAML, of which
 * JSON is a part, decides then, more slowly. A key is a duplicate when the value holds fewer keys than the text.
 */
export function tryJson(text: string): unknown {
    if (!/^\s*\{/.test(text)) {
        return undefined;
    }
    try {
        const value: unknown = JSON.parse(text);
        return countKeys(value) === (text.match(/"\s*:/g) ?? []).length ? value : undefined;
    } catch {
        return undefined;
    }
}

function countKeys(value: unknown): number {
    if (Array.isArray(value)) {
        return value.reduce<number>((sum, item) => sum + countKeys(item), 0);
    }
    if (!isObject(value)) {
        return 0;
    }
    return Object.values(value).reduce<number>((sum, item) => sum + 1 + countKeys(item), 0);
}
