import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLines } from "../../process/run";
import type { Api } from "./api";
import { isHealthy, isReady } from "./api";
import type { ClusterIdentity } from "./identity";
import { COMPONENTS } from "./kwokctl";
import type { ClusterObject } from "./objects";
import { clusterProcesses } from "./processes";

/** Milliseconds for the control plane to become ready. It takes 3 s on 2 idle cores. */
const READY_MS = 90_000;

/** Milliseconds between two checks of the API server, and between two checks of the processes. */
const POLL_MS = { api: 50, processes: 500 };

/** A component exited, or the API server did not become ready in time. */
export class ClusterStartError extends Error {
    /** Name of the error, for logs. */
    public override readonly name = "ClusterStartError";

    /**
     * @param message What went wrong, for the user.
     * @param portTaken Whether a component found its port taken, so that another try with other ports helps.
     */
    constructor(
        message: string,
        public readonly portTaken: boolean,
    ) {
        super(message);
    }
}

/** The first component that does not run; `undefined` when all do. */
async function missingComponent(identity: ClusterIdentity): Promise<string | undefined> {
    const running = new Set((await clusterProcesses(identity.bin)).map(({ component }) => component));
    return Object.keys(COMPONENTS).find((component) => !running.has(component));
}

/** Reason of a failed start. */
async function failure(identity: ClusterIdentity, component: string, what: string): Promise<ClusterStartError> {
    const file = join(identity.logs, `${component}.log`);
    const log = await readFile(file, "utf8").catch(() => "");
    const message = [
        `The embedded cluster does not start: ${component} ${what}.`,
        lastLines(log, 5),
        `Whole log: ${file}`,
        "To start again with an empty cluster: npm run local -- down",
    ].join("\n");
    return new ClusterStartError(message, log.includes("address already in use"));
}

/**
 * Waits until the API server is ready and all components run, having got their ports: the controller manager and the
 * scheduler take theirs as they start, kwok when the API server has answered it.
 * @throws ClusterStartError as soon as a component ends, or after 90 s.
 */
export async function waitReady(api: Api, kwok: Api, identity: ClusterIdentity): Promise<void> {
    await waitFor("kube-apiserver", () => isReady(api), identity);
    await waitFor("kwok-controller", () => isHealthy(kwok), identity);
    await assertAllRun(identity);
}

/** Waits for one component, as {@link waitReady}. */
async function waitFor(component: string, isUp: () => Promise<boolean>, identity: ClusterIdentity): Promise<void> {
    const start = performance.now();
    let looked = start;
    while (!(await isUp())) {
        const now = performance.now();
        if (now - start > READY_MS) {
            throw await failure(identity, component, `is not ready after ${READY_MS / 1000} s`);
        }
        if (now - looked > POLL_MS.processes) {
            looked = now;
            await assertAllRun(identity);
        }
        await sleep(POLL_MS.api);
    }
}

async function assertAllRun(identity: ClusterIdentity): Promise<void> {
    const missing = await missingComponent(identity);
    if (missing !== undefined) {
        throw await failure(identity, missing, "ended");
    }
}

/** Whether all components of the cluster run. */
export async function allRun(identity: ClusterIdentity): Promise<boolean> {
    return (await missingComponent(identity)) === undefined;
}

/** Creates an object; one that exists is left as it is. */
export async function createObject(api: Api, { collection, object }: ClusterObject): Promise<void> {
    const { status, body } = await api.send("POST", collection, object);
    if (status >= 300 && status !== 409) {
        throw new Error(`The embedded cluster refuses ${collection}/${object.metadata.name}: ${status} ${body}`);
    }
}
