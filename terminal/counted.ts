/**
 * A count with its noun, e.g. `1 violation` or `2 violations`.
 * @param many Plural. Default: the noun with an "s".
 */
export function counted(count: number, noun: string, many = `${noun}s`): string {
    return `${count} ${count === 1 ? noun : many}`;
}
