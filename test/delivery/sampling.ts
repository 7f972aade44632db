import { setTimeout as sleep } from "node:timers/promises";

/** Time between two samples (ms). */
const SAMPLE_MS = 100;

/** What samples of pods during some work were. */
export interface Sampled {
    /** Fewest pods of a sample. */
    readonly fewest: number;
    /** Number of samples. */
    readonly samples: number;
    /** Hashes of the versions that any sample had. */
    readonly versions: readonly string[];
}

/** Samples names of pods until some work has ended. */
export async function sampledDuring(
    look: () => Promise<readonly string[]>,
    work: () => Promise<unknown>,
): Promise<Sampled> {
    const working = new AbortController();
    let fewest = Number.POSITIVE_INFINITY;
    let samples = 0;
    const versions = new Set<string>();
    const sampling = (async () => {
        while (!working.signal.aborted) {
            const pods = await look();
            fewest = Math.min(fewest, pods.length);
            pods.forEach((pod) => versions.add(pod.split("-").at(-2) ?? ""));
            samples += 1;
            await sleep(SAMPLE_MS);
        }
    })();
    await work().finally(() => {
        working.abort();
    });
    await sampling;
    return { fewest, samples, versions: [...versions] };
}
