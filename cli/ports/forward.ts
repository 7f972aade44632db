import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CannotRun } from "../../errors";
import { EXIT } from "../../terminal/commandLine";
import { visibleText } from "../../terminal/foreign";
import { eachLine } from "../../terminal/lines";
import { exitOf, hintFor, type Kubectl } from "../kubectl";

/** Pause before a broken connection is reopened (ms). */
const AGAIN_MS = 1_000;

/** How long a Service may have no running pod, e.g. during a replacement. */
const POD_TIMEOUT = "20s";

/** A Service that is forwarded to this machine. */
export interface Forward {
    /** Name for people. */
    readonly name: string;
    /** Name of the Service. */
    readonly service: string;
    /** Port of the Service. */
    readonly port: number;
    /** Path after the address; empty for none. */
    readonly path: string;
    /** Local port; 0 for any free port. */
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

/** A port from the command line. @throws CannotRun when it is not a port number. */
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
 * Forwards ports until Ctrl-C, and prints their addresses. A broken connection is reopened.
 * @throws CannotRun with kubectl's reason when the first connection fails.
 */
export async function keepOpen(kubectl: Kubectl, forwards: readonly Forward[]): Promise<number> {
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
        await Promise.race([
            interrupted,
            ...forwards.map((forward) => keepOne(kubectl, forward, running, stop.signal)),
        ]);
        return EXIT.done;
    } finally {
        stop.abort();
        running.forEach((child) => child.kill());
    }
}

async function keepOne(
    kubectl: Kubectl,
    forward: Forward,
    running: Set<ChildProcess>,
    stop: AbortSignal,
): Promise<void> {
    let { local } = forward;
    const state = { opened: false };
    for (;;) {
        const args = ["port-forward", `service/${forward.service}`, `${local === 0 ? "" : local}:${forward.port}`];
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
                        console.log(`${forward.name.padEnd(8)} http://127.0.0.1:${port}${forward.path}${again}`);
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
        const reason = visibleText(errors.join("\n").trim());
        if (!state.opened) {
            throw new CannotRun(`${forward.name}: ${reason || "kubectl port-forward ended"}`, hintFor(reason));
        }
        console.error(`${forward.name}: ${reason.split("\n").at(-1) ?? ""}; reopening the connection`);
        await sleep(AGAIN_MS);
    }
}
