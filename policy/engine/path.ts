/** The keys in a path, e.g. `spec`, `containers`, `0` and `image` in `spec.containers[0].image`. */
export function keysOf(path: string): string[] {
    const keys: string[] = [];
    for (const [, index, quoted, plain] of path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)) {
        if (quoted !== undefined) {
            keys.push(String(JSON.parse(quoted)));
        } else {
            keys.push(index ?? plain ?? "");
        }
    }
    return keys;
}
