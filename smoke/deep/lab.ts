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

/** Time between two looks at something that is waited for (ms). */
const POLL_MS = 500;

/** Longest wait for a probe pod (s): an image may have to be pulled, a node to be added. */
const POD_SECONDS = 180;

/** Longest wait until everything is gone again (s). */
const REMOVAL_SECONDS = 120;

/** What a run needs. */
export interface LabArgs {
    readonly client: Client;
    /** The cluster, for kubectl. */
    readonly target: ContextName;
    readonly expected: Expectation;
    readonly options: DeepOptions;
    readonly workload: MeshWorkload;
    /** Ends the run early, e.g. after Ctrl-C; everything is removed then, too. */
    readonly signal: AbortSignal;
    /** Gets a line about what is being waited for. */
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

/** What several checks share: made by the first that asks. */
export function perLab<T>(make: (lab: Lab) => Promise<T>): (lab: Lab) => Promise<T> {
    const made = new WeakMap<Lab, Promise<T>>();
    return (lab) => {
        const value = made.get(lab) ?? make(lab);
        made.set(lab, value);
        return value;
    };
}

/** One run of the deep checks: it creates probe pods and the like, and removes all of them again. */
export class Lab {
    /** Identity of the run, part of the name of everything that it creates. */
    public readonly run = randomBytes(3).toString("hex");
    /** The API server. */
    public readonly api: DeepApi;
    /** What the stack asked for. */
    public readonly expected: Expectation;
    /** What a person asked for. */
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
        this.base = { run: this.run, workload, image: options.probeImage ?? app?.image ?? "" };
    }

    /** Says what is being waited for. */
    public progress(text: string): void {
        this.args.onProgress?.(text);
    }

    /** Does something when the run ends, in reverse order. */
    public atEnd(removal: () => Promise<void>): void {
        this.removals.push(removal);
    }

    /** Creates an object that is removed at the end. @param collection path of its collection. */
    public async create(collection: string, name: string, manifest: ApiObject): Promise<void> {
        // First the removal: an interrupt may come between the two.
        this.atEnd(() => this.removed(`${collection}/${name}`));
        await this.api.create(collection, manifest);
    }

    /** The run's own namespace, without NetworkPolicies. */
    public namespace(): Promise<string> {
        this.lab ??= this.createNamespace();
        return this.lab;
    }

    /** Starts a probe pod. @throws ApiRefusal, e.g. where pods may not be created. */
    public async start(spec: ProbeSpec): Promise<Probe> {
        const probe = { name: nameOf(this.run, spec.name), namespace: spec.namespace };
        const manifest = probePod(this.base, { ...spec, pullSecrets: this.pullSecrets() });
        await this.create(`/api/v1/namespaces/${probe.namespace}/pods`, probe.name, manifest);
        return probe;
    }

    /** The result of a pod that ends: the last line of its log. @throws Error with what the pod waits for, or its fault. */
    public async result<T>(probe: Probe, schema: z.ZodType<T>, seconds = POD_SECONDS): Promise<T> {
        await this.pod(probe, ({ status }) => status.phase === "Succeeded" || status.phase === "Failed", seconds);
        const lines = await this.lines(probe);
        const parsed = schema.safeParse(lines.at(-1));
        if (!parsed.success) {
            throw new Error(`pod ${probe.name} has no result: ${faultIn(lines.at(-1))}`);
        }
        return parsed.data;
    }

    /** The newest line of a running pod's log that has a form. */
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

    /** A pod, once it is in a state. @throws Error with what it waits for, when it cannot get there or not in time. */
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

    /** What something returns once that is defined. @throws {@link TooLate}; the reason of the signal after an interrupt. */
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

    /** Waits, but not beyond an interrupt. */
    public async pause(milliseconds: number): Promise<void> {
        await sleep(milliseconds, undefined, { signal: this.args.signal });
    }

    /** Removes what earlier runs left that were killed: their pods have ended by now. */
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

    /** Removes everything, the newest first. @returns what could not be removed, with the reason. */
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
        // The app's image may need its pull secrets; they go with the namespace.
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

    /** Deletes an object and waits until it is gone. Goes on after an interrupt: that is what it is for. */
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

/** Something did not happen in time. */
class TooLate extends Error {}

const faultSchema = z.object({ fault: z.string() });

/** Why a script ended without a result. */
function faultIn(line: unknown): string {
    return faultSchema.safeParse(line).data?.fault ?? "its log has none";
}
