import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { paint, type Terminal, type Tone } from "./text";

/** Colors of the pods, in turn. */
const TONES: readonly Tone[] = ["good", "warn", "bold", "dim"];

/** Prefix of a pod's lines: the part of its name that differs from the others. */
export function prefixOf(pod: string, app: string, index: number, terminal: Terminal): string {
    const short = pod.startsWith(`${app}-`) ? pod.slice(app.length + 1) : pod;
    return paint(`${short} |`, TONES[index % TONES.length] ?? "bold", terminal);
}

/** Calls back with each line of a stream, and resolves when it has ended. */
export function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
    return new Promise((resolve) => {
        const lines = createInterface({ input: stream, crlfDelay: Infinity });
        lines.on("line", onLine);
        lines.once("close", resolve);
    });
}
