import { elapsed, type Output, type Renderer } from "./progress";

/** Times of {@link plainRenderer}, in milliseconds. */
interface PlainTimes {
    /** A step that takes longer than this prints that it has started. */
    firstMs: number;
    /** Interval between two progress lines. */
    everyMs: number;
}

/**
 * Reports progress after 2 s, then every 15 s: rarely enough for a CI log, often enough to show that it is not stuck.
 */
const DEFAULT_TIMES: PlainTimes = { firstMs: 2_000, everyMs: 15_000 };

/** Progress as plain lines, for logs and CI: nothing is overwritten, no colour. */
export function plainRenderer(output: Output, times: PlainTimes = DEFAULT_TIMES): Renderer {
    const print = (line: string) => output.write(`${line}\n`);
    return {
        async step(title, work) {
            const start = performance.now();
            let detail = title;
            const since = () => elapsed(performance.now() - start);
            let every: NodeJS.Timeout | undefined;
            const first = setTimeout(() => {
                print(`... ${detail}`);
                every = setInterval(() => print(`... still ${detail} (${since()})`), times.everyMs);
            }, times.firstMs);
            let ending = "failed";
            try {
                const result = await work({
                    update: (next) => {
                        detail = next;
                    },
                });
                ending = "done";
                return result;
            } finally {
                clearTimeout(first);
                clearInterval(every);
                print(`${ending === "done" ? "ok  " : "FAIL"} ${title} (${since()})`);
            }
        },
        note: print,
    };
}
