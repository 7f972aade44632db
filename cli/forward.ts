import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CannotRun } from "../errors";
import { EXIT } from "./command";
import { exitOf, hintFor, type Kubectl } from "./kubectl";
import { eachLine } from "../terminal/lines";

/** Pause before a connection that broke is opened again (ms). */
const AGAIN_MS = 1_000;

/** How long a Service may have no pod that runs, e.g. while one is replaced. */
const POD_TIMEOUT = "20s";

/** A Service that can be opened on this machine. */
export interface Door {
    /** Name for people. */
    readonly name: string;
    /** Name of the Service. */
    readonly service: string;
    /** Port of the Service. */
    readonly port: number;
    /** Path after the address; empty for none. */
    readonly path: string;
    /** Local port; 0 lets kubectl take any that is free. */
    readonly local: number;
}

/** Whether a local port can be listened on. */
export function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once("error", () => {
            resolve(false);
        });
        server.listen(port, "127.0.0.1", () =>
            server.close(() => {
                resolve(true);
            }),
        );
    });
}

/** A port from the command line. @throws CannotRun when it is none. */
export function portOf(text: string | undefined): number | undefined {
    if (text === undefined) {
        return undefined;
    }
    const port = Number(text);
    if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
        throw new CannotRun(`--port ${text}: must be a number from 1 to 65535`, "--port 8080");
    }
    return port;
}

/**
 * Keeps doors open until Ctrl-C, and prints their addresses. A connection that breaks is opened again.
 * @throws CannotRun with kubectl's reason when a door does not open the first time.
 */
export async function keepOpen(kubectl: Kubectl, doors: readonly Door[]): Promise<number> {
    const running = new Set<ChildProcess>();
    const stop = new AbortController();
    const interrupted = new Promise<void>((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
            process.once(signal, () => {
                stop.abort();
                resolve();
            });
        }
    });
    try {
        await Promise.race([interrupted, ...doors.map((door) => keepDoorOpen(kubectl, door, running, stop.signal))]);
        return EXIT.done;
    } finally {
        stop.abort();
        running.forEach((child) => child.kill());
    }
}

async function keepDoorOpen(
    kubectl: Kubectl,
    door: Door,
    running: Set<ChildProcess>,
    stop: AbortSignal,
): Promise<void> {
    let { local } = door;
    const state = { opened: false };
    for (;;) {
        const args = ["port-forward", `service/${door.service}`, `${local === 0 ? "" : local}:${door.port}`];
        const flags = ["--address", "127.0.0.1", "--pod-running-timeout", POD_TIMEOUT];
        const child = kubectl.start([...args, ...flags], ["ignore", "pipe", "pipe"]);
        running.add(child);
        const errors: string[] = [];
        await Promise.all([
            exitOf(child),
            child.stdout &&
                eachLine(child.stdout, (line) => {
                    const port = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
                    if (port !== undefined) {
                        const again = state.opened ? "  (again)" : "";
                        console.log(`${door.name.padEnd(8)} http://127.0.0.1:${port}${door.path}${again}`);
                        local = Number(port);
                        state.opened = true;
                    }
                }),
            child.stderr &&
                eachLine(child.stderr, (line) => {
                    errors.push(line);
                }),
        ]);
        running.delete(child);
        if (stop.aborted) {
            return;
        }
        const reason = errors.join("\n").trim();
        if (!state.opened) {
            throw new CannotRun(`${door.name}: ${reason || "kubectl port-forward ended"}`, hintFor(reason));
        }
        console.error(`${door.name}: ${reason.split("\n").at(-1) ?? ""}; opening it again`);
        await sleep(AGAIN_MS);
    }
}
