import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** How long the API server may take to answer (ms); a healthy one needs well under a second. */
const ANSWER_TIMEOUT_MS = 8_000;

/**
 * Waits until a server answers, with whatever status: 401 and 403 prove that it is there, too.
 * No credentials are sent, so its certificate is not looked at either; the provider does that.
 * @throws Error with the system's reason, within 8 s.
 */
export function answers(server: string, timeoutMs = ANSWER_TIMEOUT_MS): Promise<void> {
    return new Promise((resolve, reject) => {
        const url = new URL("/version", server);
        const options = { timeout: timeoutMs, signal: AbortSignal.timeout(timeoutMs) };
        const request =
            url.protocol === "http:"
                ? httpRequest(url, options)
                : httpsRequest(url, { ...options, rejectUnauthorized: false });
        request.on("response", (response) => {
            response.resume();
            resolve();
        });
        request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
        request.on("error", (error) => {
            reject(failure(error, timeoutMs));
        });
        request.end();
    });
}

/** The error that says most: the system's own, or that time was up. */
function failure(error: Error, timeoutMs: number): Error {
    if (error.name === "AbortError" || error.name === "TimeoutError") {
        return new Error(`no answer within ${timeoutMs / 1000} s`);
    }
    // A name with several addresses, e.g. localhost, gives an error for each; the first tells enough.
    const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
    return first instanceof Error ? first : error;
}
