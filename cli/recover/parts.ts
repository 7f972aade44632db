/** Number of objects that are read at a time: below the limits of API Priority and Fairness for one user. */
const AT_ONCE = 8;

/** Works on a list, a few entries at a time. @returns the results in the order of the list. */
export async function inParts<T, R>(list: readonly T[], work: (entry: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    for (let start = 0; start < list.length; start += AT_ONCE) {
        results.push(...(await Promise.all(list.slice(start, start + AT_ONCE).map(work))));
    }
    return results;
}
