import { pooled } from "../../process/pooled";

/** Number of objects that are read at a time: below the limits of API Priority and Fairness for one user. */
const AT_ONCE = 8;

/** Works on a list, a few entries at a time. @returns the results in the order of the list. */
export function inParts<T, R>(list: readonly T[], work: (entry: T) => Promise<R>): Promise<R[]> {
    return pooled(list, AT_ONCE, work);
}
