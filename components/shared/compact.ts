/** The list, or nothing when it is empty: an object then shows only what is set. */
export function listOrNone<T>(list: T[]): T[] | undefined {
    return list.length === 0 ? undefined : list;
}

/** The map, or nothing when it is empty: an object then shows only what is set. */
export function mapOrNone<T extends object>(map: T): T | undefined {
    return Object.keys(map).length === 0 ? undefined : map;
}
