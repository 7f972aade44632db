import { writeSync } from "node:fs";
import { streamed } from "./run";

/** Characters in one write. */
const AT_ONCE = 64 * 1024;

/**
 * Writes everything, also to a slow pipe.
 * @returns whether the reader is still there.
 */
function write(descriptor: number, text: string): boolean {
    let rest = Buffer.from(text);
    while (rest.length > 0) {
        try {
            rest = rest.subarray(writeSync(descriptor, rest));
        } catch (error) {
            const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
            if (code === "EPIPE") {
                return false;
            }
            if (code !== "EAGAIN") {
                throw error;
            }
        }
    }
    return true;
}

/** Writes parts in larger chunks; stops early when the reader has gone. */
function writeParts(descriptor: number, parts: Iterable<string>): void {
    let waiting = "";
    for (const part of parts) {
        waiting += part;
        if (waiting.length >= AT_ONCE) {
            if (!write(descriptor, waiting)) {
                return;
            }
            waiting = "";
        }
    }
    write(descriptor, waiting);
}

const { status: STATUS, output: OUTPUT, error: ERROR } = streamed(process.argv.slice(2));
writeParts(1, OUTPUT);
write(2, ERROR);
process.exitCode = STATUS;
