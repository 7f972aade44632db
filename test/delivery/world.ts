import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { installDefinitions } from "../../local/delivery/definitions";
import { playPrometheus, type PlayedPrometheus, WELL } from "../../local/delivery/prometheus";
import { runController, type RunningController } from "../../local/delivery/controller";
import { run, type RunResult } from "../../process/run";
import type { Workspace } from "../../local/workspace";
import { ensureTools } from "../../tools";
import { daily } from "../e2e/support/command";
import { newStack, onStack, output, paths, progress, pulumi } from "../e2e/support/embedded";
import { type Clients, clients } from "../e2e/support/objects";
import { type Sampled, sampledDuring } from "./sampling";
import { setSetting } from "../e2e/support/settings";

/** Namespace of the stack. */
export const NAMESPACE = "x0tta6bl4-staging";

/** Name of the Deployment and of the Rollout. */
export const APP = "staging-x0tta6bl4";

/** Pods of the mesh. */
const MESH = "app.kubernetes.io/name=x0tta6bl4";

/** Longest time for a Rollout to get somewhere (ms): this machine may be busy. */
const PATIENCE_MS = 240_000;

const rolloutSchema = z.object({
    metadata: z.object({ generation: z.number(), uid: z.string() }),
    spec: z.object({ replicas: z.number() }),
    status: z
        .object({
            phase: z.string().optional(),
            message: z.string().optional(),
            abort: z.boolean().optional(),
            observedGeneration: z.string().optional(),
            stableRS: z.string().optional(),
            currentPodHash: z.string().optional(),
            updatedReplicas: z.number().optional(),
            readyReplicas: z.number().optional(),
            blueGreen: z
                .object({
                    activeSelector: z.string().optional(),
                    prePromotionAnalysisRunStatus: z.object({ name: z.string() }).optional(),
                })
                .optional(),
        })
        .default({}),
});

/** The Rollout as far as the tests look at it. */
export type LiveRollout = z.output<typeof rolloutSchema>;

function merge(change: object): string[] {
    return ["--type", "merge", "--patch", JSON.stringify(change)];
}

/** A stack on the embedded cluster with a real controller and a played Prometheus. */
export class World {
    /** Gives answers to the analysis. */
    readonly prometheus: PlayedPrometheus;
    readonly cluster: Clients;
    private controller: RunningController | undefined;

    private constructor(
        readonly space: Workspace,
        prometheus: PlayedPrometheus,
        private readonly program: string,
    ) {
        this.prometheus = prometheus;
        this.cluster = clients(space.cluster);
    }

    /** A new stack with four pods, and the kinds of Argo Rollouts in its cluster. */
    static async open(): Promise<World> {
        const { "rollouts-controller": tool, kubectl } = await ensureTools(
            ["rollouts-controller", "kubectl"],
            progress,
        );
        const space = await newStack();
        const world = new World(space, await playPrometheus(), tool.path);
        await installDefinitions(kubectl.path, space.cluster, join(paths.logs, "definitions.log"));
        world.set("monitoring.enabled", false);
        world.set("spire.enabled", false);
        world.set("mesh.replicas", 4);
        return world;
    }

    set(path: string, value: unknown): void {
        setSetting(this.space.configFile, path, value);
    }

    /** Switches to canaries that take seconds. */
    canaries(more: object = {}): void {
        this.set("mesh.probes", {
            startup: { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2 },
            readiness: { initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 1 },
        });
        this.set("mesh.delivery", {
            type: "canary",
            steps: [{ weight: 25 }, { weight: 50 }],
            analysis: { prometheus: this.prometheus.url, interval: "2s", count: 2, failureLimit: 1 },
            deadlineSeconds: 20,
            ...more,
        });
    }

    /** Switches to blue/green that takes seconds. */
    blueGreen(more: object = {}): void {
        this.canaries();
        this.set("mesh.delivery", {
            type: "blueGreen",
            scaleDownDelaySeconds: 300,
            analysis: { prometheus: this.prometheus.url, interval: "2s", count: 2, failureLimit: 0 },
            deadlineSeconds: 20,
            ...more,
        });
    }

    /** `pulumi up`; fails when it does. @returns how long it took (ms). */
    async update(): Promise<number> {
        const started = performance.now();
        const result = await onStack(this.space, "staging", ["up", "--yes", "--skip-preview"]);
        assert.equal(result.code, 0, output(result));
        return performance.now() - started;
    }

    /** Starts the controller, once its ServiceAccount is there; it runs with that one's rights. */
    async start(signal = new AbortController().signal): Promise<void> {
        this.controller = await runController(
            {
                cluster: this.space.cluster,
                namespace: NAMESPACE,
                serviceAccount: "staging-argo-rollouts",
                program: this.program,
                paths,
            },
            signal,
        );
    }

    /** Updates to a Rollout; the controller starts as soon as its ServiceAccount is there. */
    async takeOver(): Promise<void> {
        const ended = new AbortController();
        await Promise.all([
            this.start(ended.signal),
            this.update().finally(() => {
                ended.abort();
            }),
        ]);
        await this.healthy();
    }

    /** The smoke tests as a command, by the stack's outputs. */
    async smoke(...flags: readonly string[]): Promise<RunResult> {
        const state = join(paths.root, "export.json");
        writeFileSync(state, (await pulumi(this.space, ["stack", "export", "--stack", "staging"])).stdout);
        return daily("smoke", "--outputs", state, "--timeout", "5", ...flags);
    }

    async stop(): Promise<void> {
        await this.controller?.stop();
        this.controller = undefined;
    }

    async close(): Promise<void> {
        await this.stop();
        await this.prometheus.close();
    }

    async rollout(): Promise<LiveRollout> {
        const header = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
        return rolloutSchema.parse(
            await this.cluster.objects.read({ ...header, metadata: { name: APP, namespace: NAMESPACE } }),
        );
    }

    /** Changes the status as the commands do. */
    async patchStatus(status: object): Promise<void> {
        await this.kubectl("patch", "rollout", APP, "--subresource", "status", ...merge({ status }));
    }

    /** Changes the Rollout by hand. */
    async patch(change: object): Promise<void> {
        await this.kubectl("patch", "rollout", APP, ...merge(change));
    }

    /** Makes a pod not Ready, as a failing probe does; the simulated nodes leave it so. */
    async unready(pod: string): Promise<void> {
        const conditions = [
            { type: "Ready", status: "False", reason: "ContainersNotReady" },
            { type: "ContainersReady", status: "False", reason: "ContainersNotReady" },
        ];
        const change = JSON.stringify({ status: { conditions } });
        await this.kubectl("patch", "pod", pod, "--subresource", "status", "--type", "strategic", "--patch", change);
    }

    /** A Rollout of the mesh's name that no stack has. */
    async byHand(): Promise<void> {
        const labels = { "app.kubernetes.io/name": "x0tta6bl4", environment: "staging" };
        const container = { name: "x0tta6bl4", image: "x0tta6bl4:3.4.0" };
        const spec = {
            replicas: 1,
            selector: { matchLabels: labels },
            strategy: { canary: {} },
            template: { metadata: { labels }, spec: { containers: [container] } },
        };
        await this.cluster.core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
        const header = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
        await this.cluster.objects.create({ ...header, metadata: { name: APP, namespace: NAMESPACE }, ...{ spec } });
    }

    /** Removes the namespace of the stack, and waits until it is gone. */
    async removeNamespace(): Promise<void> {
        await this.kubectl("delete", "namespace", NAMESPACE, "--wait", "--timeout", "120s");
    }

    private async kubectl(...args: readonly string[]): Promise<void> {
        const { kubectl, cluster } = this.space;
        const target = ["--context", cluster.context, "--kubeconfig", cluster.kubeconfig, "--namespace", NAMESPACE];
        await run(kubectl, [...target, ...args]);
    }

    /** Waits until the Rollout is what is wanted, of its newest generation. */
    async until(what: string, good: (live: LiveRollout) => boolean): Promise<LiveRollout> {
        const end = Date.now() + PATIENCE_MS;
        let live = await this.rollout();
        while (!(live.status.observedGeneration === String(live.metadata.generation) && good(live))) {
            assert.ok(Date.now() < end, `the Rollout is not ${what}: ${JSON.stringify(live)}`);
            await sleep(200);
            live = await this.rollout();
        }
        return live;
    }

    /** Names of the Ready pods. */
    async ready(): Promise<string[]> {
        const { items } = await this.cluster.core.listNamespacedPod({ namespace: NAMESPACE, labelSelector: MESH });
        return items
            .filter(
                ({ metadata, status }) =>
                    metadata?.deletionTimestamp === undefined &&
                    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true,
            )
            .map(({ metadata }) => metadata?.name ?? "");
    }

    /** Fewest Ready pods while something is done. */
    fewestDuring(work: () => Promise<unknown>): Promise<Sampled> {
        return sampledDuring(() => this.ready(), work);
    }

    /** Names of the pods behind the main Service that are ready. */
    async behindService(): Promise<string[]> {
        const { items } = await this.cluster.discovery.listNamespacedEndpointSlice({
            namespace: NAMESPACE,
            labelSelector: `kubernetes.io/service-name=${APP}`,
        });
        return items
            .flatMap(({ endpoints }) => (Array.isArray(endpoints) ? endpoints : []))
            .filter(({ conditions }) => conditions?.ready !== false)
            .flatMap(({ targetRef }) => targetRef?.name ?? []);
    }

    /** Fewest pods behind the main Service while something is done, and their versions. */
    servedDuring(work: () => Promise<unknown>): Promise<Sampled> {
        return sampledDuring(() => this.behindService(), work);
    }

    /** Names of the ConfigMaps that are kept for versions. */
    async configMaps(): Promise<string[]> {
        const { items } = await this.cluster.core.listNamespacedConfigMap({ namespace: NAMESPACE });
        return items.map(({ metadata }) => metadata?.name ?? "").filter((name) => name.startsWith(`${APP}-config`));
    }

    /** Names of the ConfigMaps that a ReplicaSet of the history uses, in a container's variables or a volume. */
    async usedConfigMaps(): Promise<string[]> {
        const { items } = await this.cluster.apps.listNamespacedReplicaSet({ namespace: NAMESPACE });
        const names = items.flatMap(({ spec }) => [
            ...(spec?.template?.spec?.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []),
            ...(spec?.template?.spec?.containers ?? []).flatMap(({ env = [] }) =>
                env.flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef?.name ?? []),
            ),
        ]);
        return [...new Set(names)].filter((name) => name.startsWith(`${APP}-config`));
    }

    /** The Rollout is healthy again: no analysis has failed, and all pods run the latest version. */
    async healthy(): Promise<LiveRollout> {
        this.prometheus.answer(WELL);
        return this.until("healthy", ({ status }) => status.phase === "Healthy");
    }
}
