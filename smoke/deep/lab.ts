import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { messageOf } from "../../errors";
import type { ContextName } from "../../kube/kubeconfig";
import type { Client } from "../cluster/client";
import type { Expectation } from "../expectation";
import { DeepApi, ApiRefusal, type ApiObject } from "./api";
import type { DeepOptions } from "./options";
import { labNamespace, nameOf, POD_LIFE_SECONDS, probePod, type ProbeBase, type ProbeSpec } from "./probePod";
import { CONTAINER, RUN_LABEL } from "../subject";
import { fatal, type PodState, podSchema, waitsFor } from "./podState";
import type { MeshWorkload } from "./workload";

/** Poll interval (ms). */
const POLL_MS = 500;

/** Timeout for a probe pod (s): an image may have to be pulled, or a node to be added. */
const POD_SECONDS = 180;

/** Timeout of the removal of all created objects (s). */
const REMOVAL_SECONDS = 120;

/** Arguments of {@link Lab}. */
export interface LabArgs {
    readonly client: Client;
    /** The cluster, for kubectl. */
    readonly target: ContextName;
    readonly expected: Expectation;
    readonly options: DeepOptions;
    readonly workload: MeshWorkload;
    /** Ends the run early, e.g. after Ctrl-C; everything is also removed then. */
    readonly signal: AbortSignal;
    /** Receives a line that describes the current wait. */
    readonly onProgress?: (text: string) => void;
}

/** A probe pod that was created. */
export interface Probe {
    readonly name: string;
    readonly namespace: string;
}

const listSchema = z.object({
    items: z.array(z.object({ metadata: z.object({ name: z.string(), creationTimestamp: z.coerce.date() }) })),
});

const secretSchema = z.object({ type: z.string().optional(), data: z.record(z.string(), z.string()).optional() });

/** Objects shared by several checks: created on first use. */
export function perLab<T>(make: (lab: Lab) => Promise<T>): (lab: Lab) => Promise<T> {
    const made = new WeakMap<Lab, Promise<T>>();
    return (lab) => {
        const value = made.get(lab) ?? make(lab);
        made.set(lab, value);
        return value;
    };
}

/** A run of the deep checks: creates probe pods and other objects, and removes all of them. */
export class Lab {
    /** Identity of the run, part of the name of everything that it creates. */
    public readonly run = randomBytes(3).toString("hex");
    /** The API server. */
    public readonly api: DeepApi;
    /** Expected state of the stack. */
    public readonly expected: Expectation;
    /** Options that the user chose. */
    public readonly options: DeepOptions;
    /** The mesh's Deployment. */
    public readonly workload: MeshWorkload;
    /** The API server, for what reads typed objects. */
    public readonly client: Client;
    /** The cluster, for kubectl. */
    public readonly target: ContextName;

    private readonly base: ProbeBase;
    private readonly removals: (() => Promise<void>)[] = [];
    private lab: Promise<string> | undefined;

    constructor(private readonly args: LabArgs) {
        const { client, target, expected, options, workload } = args;
        this.api = new DeepApi(client);
        this.client = client;
        this.target = target;
        this.expected = expected;
        this.options = options;
        this.workload = workload;
        const app = workload.spec.template.spec.containers.find(({ name }) => name === CONTAINER);
        const meshed = expected.mesh.serviceMesh !== undefined;
        this.base = { run: this.run, workload, image: options.probeImage ?? app?.image ?? "", meshed };
    }

    /** Reports what is being awaited. */
    public progress(text: string): void {
        this.args.onProgress?.(text);
    }

    /** Registers an action for the end of the run; actions run in reverse order. */
    public atEnd(removal: () => Promise<void>): void {
        this.removals.push(removal);
    }

    /** Creates an object that is removed at the end. @param collection path of its collection. */
    public async create(collection: string, name: string, manifest: ApiObject): Promise<void> {
        // The removal is registered first: an interrupt may occur before the creation completes.
        this.atEnd(() => this.removed(`${collection}/${name}`));
        await this.api.create(collection, manifest);
    }

    /** The run's own namespace, without NetworkPolicies. */
    public namespace(): Promise<string> {
        this.lab ??= this.createNamespace();
        return this.lab;
    }

    /** Starts a probe pod. @throws ApiRefusal, e.g. if pods must not be created. */
    public async start(spec: ProbeSpec): Promise<Probe> {
        const probe = { name: nameOf(this.run, spec.name), namespace: spec.namespace };
        const manifest = probePod(this.base, { ...spec, pullSecrets: this.pullSecrets() });
        await this.create(`/api/v1/namespaces/${probe.namespace}/pods`, probe.name, manifest);
        return probe;
    }

    /**
     * The result of a pod that ends: the last line of its log.
     * @throws Error with what the pod waits for, or its fault.
     */
    public async result<T>(probe: Probe, schema: z.ZodType<T>, seconds = POD_SECONDS): Promise<T> {
        await this.pod(probe, ({ status }) => status.phase === "Succeeded" || status.phase === "Failed", seconds);
        const lines = await this.lines(probe);
        const parsed = schema.safeParse(lines.at(-1));
        if (!parsed.success) {
            throw new Error(`pod ${probe.name} has no result: ${faultIn(lines.at(-1))}`);
        }
        return parsed.data;
    }

    /** The latest line of a running pod's log that matches a schema. */
    public async reported<T>(probe: Probe, schema: z.ZodType<T>, seconds = POD_SECONDS): Promise<T> {
        return this.until(`a report of pod ${probe.name}`, seconds, async () => {
            const { status } = await this.pod(probe, ({ status: now }) => now.phase !== "Pending", seconds);
            const lines = (await this.lines(probe)).reverse();
            const report = lines.map((line) => schema.safeParse(line)).find(({ success }) => success)?.data;
            if (report === undefined && (status.phase === "Failed" || faultSchema.safeParse(lines[0]).success)) {
                throw new Error(`pod ${probe.name}: ${faultIn(lines[0])}`);
            }
            return report;
        });
    }

    /** Text of a pod's log. */
    public log({ name, namespace }: Probe): Promise<string> {
        return this.api.text(`/api/v1/namespaces/${namespace}/pods/${name}/log?container=probe`);
    }

    /**
     * A pod, once it is in a state.
     * @throws Error with what the pod waits for, if it cannot reach the state or not before the timeout.
     */
    public async pod(
        { name, namespace }: Probe,
        reached: (pod: PodState) => boolean,
        seconds = POD_SECONDS,
    ): Promise<PodState> {
        let last: PodState | undefined;
        try {
            return await this.until(`pod ${name}`, seconds, async () => {
                last = podSchema.parse(await this.api.get(`/api/v1/namespaces/${namespace}/pods/${name}`));
                const fault = fatal(last);
                if (fault !== undefined) {
                    throw fault;
                }
                return reached(last) ? last : undefined;
            });
        } catch (error) {
            throw error instanceof TooLate && last !== undefined
                ? new Error(`pod ${name} after ${seconds} s: ${waitsFor(last)}`)
                : error;
        }
    }

    /**
     * What something returns once that is defined.
     * @throws {@link TooLate}; the reason of the signal after an interrupt.
     */
    public async until<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
        const end = performance.now() + seconds * 1000;
        for (;;) {
            this.args.signal.throwIfAborted();
            const value = await look();
            if (value !== undefined) {
                return value;
            }
            if (performance.now() >= end) {
                throw new TooLate(`waited ${seconds} s for ${what}`);
            }
            await this.pause(POLL_MS);
        }
    }

    /** Waits; an interrupt ends the wait. */
    public async pause(milliseconds: number): Promise<void> {
        await sleep(milliseconds, undefined, { signal: this.args.signal });
    }

    /** Removes objects of earlier runs that were killed: their pods have terminated by now. */
    public async sweep(): Promise<void> {
        const selector = `?labelSelector=${encodeURIComponent(RUN_LABEL)}`;
        const { namespace } = this.expected;
        const collections = ["/api/v1/namespaces", `/api/v1/namespaces/${namespace}/pods`, this.policies()];
        for (const collection of collections) {
            const { items } = listSchema.parse(await this.api.get(`${collection}${selector}`));
            for (const { metadata } of items) {
                if (Date.now() - metadata.creationTimestamp.getTime() > POD_LIFE_SECONDS * 1000) {
                    await this.api.remove(`${collection}/${metadata.name}`);
                }
            }
        }
    }

    /** Path of the NetworkPolicies of the mesh's namespace. */
    public policies(): string {
        return `/apis/networking.k8s.io/v1/namespaces/${this.expected.namespace}/networkpolicies`;
    }

    /** Removes all created objects, newest first. @returns what could not be removed, with the reason. */
    public async cleanUp(): Promise<string[]> {
        const faults: string[] = [];
        for (const removal of this.removals.reverse()) {
            try {
                await removal();
            } catch (error) {
                faults.push(messageOf(error));
            }
        }
        return faults;
    }

    private async createNamespace(): Promise<string> {
        const name = nameOf(this.run, "lab");
        await this.create("/api/v1/namespaces", name, labNamespace(this.run));
        // The app's image may need its pull secrets; they are deleted together with the namespace.
        for (const secret of this.pullSecrets()) {
            const { type, data } = secretSchema.parse(
                await this.api.get(`/api/v1/namespaces/${this.expected.namespace}/secrets/${secret}`),
            );
            const metadata = { name: secret, namespace: name };
            const copy = { apiVersion: "v1", kind: "Secret", metadata, type, data };
            await this.api.create(`/api/v1/namespaces/${name}/secrets`, copy);
        }
        return name;
    }

    private pullSecrets(): string[] {
        return this.options.probeImage === undefined
            ? this.workload.spec.template.spec.imagePullSecrets.map(({ name }) => name)
            : [];
    }

    private async lines(probe: Probe): Promise<unknown[]> {
        const text = await this.log(probe);
        return text.split("\n").flatMap((line) => {
            try {
                return [JSON.parse(line) as unknown];
            } catch {
                return [];
            }
        });
    }

    /** Deletes an object and waits until it is gone. Continues after an interrupt, since this is the cleanup. */
    private async removed(path: string): Promise<void> {
        await this.api.remove(path, { gracePeriodSeconds: 1, propagationPolicy: "Background" });
        const end = performance.now() + REMOVAL_SECONDS * 1000;
        while (performance.now() < end) {
            try {
                await this.api.get(path);
            } catch (error) {
                if (error instanceof ApiRefusal && error.status === 404) {
                    return;
                }
                throw error;
            }
            await sleep(POLL_MS);
        }
        throw new Error(`${path} is still there ${REMOVAL_SECONDS} s after its deletion`);
    }
}

/** A wait timed out. */
class TooLate extends Error {}

const faultSchema = z.object({ fault: z.string() });

/** Why a script ended without a result. */
function faultIn(line: unknown): string {
    return faultSchema.safeParse(line).data?.fault ?? "its log has none";
}
