import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";

/** Address that the components listen on. */
export const LOOPBACK = "127.0.0.1";

/** Opens and closes a port: returns the port if it was free, else `undefined`. 0 means any free port. */
function tryPort(port: number): Promise<number | undefined> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once("error", () => {
            resolve(undefined);
        });
        server.listen(port, LOOPBACK, () => {
            const address = server.address();
            server.close(() => {
                resolve(address === null || typeof address === "string" ? undefined : address.port);
            });
        });
    });
}

/** A port that is free now. @throws Error when there is none. */
export async function freePort(): Promise<number> {
    const port = await tryPort(0);
    if (port === undefined) {
        throw new Error("no port of this machine is free");
    }
    return port;
}

/** Ports start here: above those of well-known programs. */
const FIRST_PORT = 20_000;

/** Ports are below this one, where Linux starts the range for outgoing connections. */
const END_PORT = 32_768;

/** Ports of a cluster, under the names of kwokctl's options. */
export interface ClusterPorts {
    /** etcd, for clients. */
    readonly etcdPort: number;
    /** etcd, for members; there is one. */
    readonly etcdPeerPort: number;
    /** API server. */
    readonly kubeApiserverPort: number;
    /** Health and metrics of the controller manager. */
    readonly kubeControllerManagerPort: number;
    /** Health and metrics of the scheduler. */
    readonly kubeSchedulerPort: number;
    /** What kwok serves as every node's kubelet. */
    readonly kwokControllerPort: number;
}

/**
 * Chooses free ports, beginning at a place that depends on the seed: two clusters that start at the same time do not
 * race for the same ports, as they do when kwokctl chooses, and a cluster mostly gets the same ones again.
 * @param seed Any number, e.g. a hash of the cluster's path.
 */
export async function choosePorts(seed: number): Promise<ClusterPorts> {
    const count = END_PORT - FIRST_PORT;
    let tries = 0;
    const next = async (): Promise<number> => {
        for (; tries < count; tries += 1) {
            const port = await tryPort(FIRST_PORT + ((seed + tries) % count));
            if (port !== undefined) {
                tries += 1;
                return port;
            }
        }
        throw new Error(
            `No port between ${FIRST_PORT} and ${END_PORT - 1} is free on ${LOOPBACK} for the embedded cluster`,
        );
    };
    return {
        etcdPort: await next(),
        etcdPeerPort: await next(),
        kubeApiserverPort: await next(),
        kubeControllerManagerPort: await next(),
        kubeSchedulerPort: await next(),
        kwokControllerPort: await next(),
    };
}

/** The ports in kwokctl's record of a cluster, from lines such as `  kubeApiserverPort: 32758`. */
export function recordedPorts(record: string): number[] {
    return Array.from(record.matchAll(/^ {2}\w+Port: (\d+)$/gm), (match) => Number(match[1]));
}

/** The port that kwokctl's record of a cluster names for one purpose; `undefined` when it names none. */
export function recordedPort(record: string, name: keyof ClusterPorts): number | undefined {
    const port = new RegExp(`^ {2}${name}: (\\d+)$`, "m").exec(record)?.[1];
    return port === undefined ? undefined : Number(port);
}

/** Replaces port numbers in a text, where they stand as whole numbers. */
export function replacePorts(text: string, moves: ReadonlyMap<number, number>): string {
    return text.replace(/\b\d{4,5}\b/g, (number) => String(moves.get(Number(number)) ?? number));
}

/**
 * Changes the ports of a stopped cluster that another process has taken.
 * @param record kwokctl's record of the cluster.
 * @param others Further files that name the ports.
 * @returns How many ports were moved.
 */
export async function moveBusyPorts(record: string, others: readonly string[]): Promise<number> {
    const moves = new Map<number, number>();
    for (const port of recordedPorts(await readFile(record, "utf8"))) {
        if ((await tryPort(port)) === undefined) {
            const free = await tryPort(0);
            if (free === undefined) {
                throw new Error(
                    `Port ${port} of the embedded cluster is taken and no other one is free on ${LOOPBACK}`,
                );
            }
            moves.set(port, free);
        }
    }
    if (moves.size > 0) {
        for (const file of [record, ...others]) {
            await writeFile(file, replacePorts(await readFile(file, "utf8"), moves));
        }
    }
    return moves.size;
}
