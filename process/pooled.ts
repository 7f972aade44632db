/**
 * Works on all items, some at the same time.
 * @param atOnce Most items that are worked on at the same time.
 * @returns the results in the order of the items.
 */
export async function pooled<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    // Shared by the workers: each takes the next item that no other has.
    const left = items.entries();
    const worker = async () => {
        for (const [index, item] of left) {
            results[index] = await work(item);
        }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
    return results;
}
