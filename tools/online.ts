/** The function that fetches; replaced by tests. */
export type Fetch = typeof fetch;

/** One page of every host that official downloads come from. */
const HOSTS = ["https://get.pulumi.com/", "https://github.com/", "https://dl.k8s.io/"];

/** Milliseconds for a host to answer. A machine with internet takes well under one second. */
const ANSWER_MS = 5_000;

/**
 * Whether the hosts of the official downloads answer.
 * @param fetchPage Default: the platform's `fetch`.
 * @param timeoutMs Default: 5 s for all hosts together.
 */
export async function downloadsAnswer(fetchPage: Fetch = fetch, timeoutMs: number = ANSWER_MS): Promise<boolean> {
    const stop = new AbortController();
    const timer = setTimeout(() => {
        stop.abort();
    }, timeoutMs);
    try {
        const answers = await Promise.all(
            HOSTS.map((url) => fetchPage(url, { method: "HEAD", redirect: "manual", signal: stop.signal })),
        );
        return answers.every(({ status }) => status < 500);
    } catch {
        return false;
    } finally {
        clearTimeout(timer);
        // One host that does not answer settles it: the other attempts must not keep the process alive.
        stop.abort();
    }
}

/** The answer to "do the official downloads answer?", asked once a run. */
let answer: Promise<boolean> | undefined;

/** Asks whether the official downloads answer; asks the network at the first call of a run only. */
export function downloadsAnswerOnce(): Promise<boolean> {
    answer ??= downloadsAnswer();
    return answer;
}
