import { writeSync } from "node:fs";
import { run } from "./run";

/** Writes everything, also to a pipe that is slower than we are. */
function write(descriptor: number, text: string): void {
    let rest = Buffer.from(text);
    while (rest.length > 0) {
        try {
            rest = rest.subarray(writeSync(descriptor, rest));
        } catch (error) {
            const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
            if (code === "EPIPE") {
                return;
            }
            if (code !== "EAGAIN") {
                throw error;
            }
        }
    }
}

const { status: STATUS, output: OUTPUT, error: ERROR } = run(process.argv.slice(2));
write(1, OUTPUT);
write(2, ERROR);
process.exitCode = STATUS;
