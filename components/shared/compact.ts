/** The list, or `undefined` when it is empty, so that an object contains only fields that are set. */
export function listOrNone<T>(list: T[]): T[] | undefined {
    return list.length === 0 ? undefined : list;
}

/** The map, or `undefined` when it is empty, so that an object contains only fields that are set. */
export function mapOrNone<T extends object>(map: T): T | undefined {
    return Object.keys(map).length === 0 ? undefined : map;
}
