/** Whether a text matches a pattern, in which `*` matches any characters. `undefined` matches only `*`. */
export function globMatches(pattern: string, text: string | undefined): boolean {
    const [first = "", ...rest] = pattern.split("*");
    if (text === undefined) {
        return pattern === "*";
    }
    if (rest.length === 0) {
        return text === pattern;
    }
    const last = rest.pop() ?? "";
    if (!text.startsWith(first)) {
        return false;
    }
    let position = first.length;
    for (const part of rest) {
        const found = text.indexOf(part, position);
        if (found < 0) {
            return false;
        }
        position = found + part.length;
    }
    return text.length - last.length >= position && text.endsWith(last);
}
