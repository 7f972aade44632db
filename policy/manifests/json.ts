import { isObject } from "../engine/field";

/** Splits concatenated JSON objects, as written by `jq`; any other text is returned unchanged. */
export function jsonTexts(text: string): string[] {
    if (!/^\s*\{/.test(text) || !/\}\s*\{/.test(text)) {
        return [text];
    }
    const starts = objectStarts(text);
    const texts = starts.map((start, index) => text.slice(index === 0 ? 0 : start, starts[index + 1]));
    return texts.length > 1 && texts.every(isJson) ? texts : [text];
}

/** Offsets of the top-level objects. */
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
 * The value of a JSON text without duplicate keys, `undefined` when it is not JSON or this is not certain: the slower
 * YAML parser then decides. A key is a duplicate when the value has fewer keys than the text.
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
