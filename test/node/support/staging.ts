import { AppsV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterReader, type Read } from "../../../kube/read";
import { up } from "../../../local/up";
import { openWorkspace, type Workspace } from "../../../local/workspace";
import { failureText, runSmoke, type SmokeReport } from "../../../smoke";
import type { Progress } from "../../../terminal/progress";
import { daily } from "../../e2e/support/command";
import { output } from "../../e2e/support/embedded";
import { everyObject } from "../../e2e/support/inventory";
import { ensureTools } from "../../../tools";
import { type Access, openAccess } from "../machine/access";
import { sharedNode } from "../machine/node";
import { ByKubectl } from "./byKubectl";
import { identityTimes } from "./identityTimes";
import type { NodePaths } from "./paths";

const NAMESPACE = "x0tta6bl4-staging";
const APP = "app.kubernetes.io/name=x0tta6bl4";
const DEPLOYMENT = "staging-x0tta6bl4";

/** Longest wait for the workloads (s): the images are there, but all containers start at once. */
const UP_SECONDS = 900;

/** Longest wait until all that follows the pods is there (s). */
const SETTLE_SECONDS = 120;

/** Longest wait until what a removed stack's controllers made is gone (s). */
const REMOVAL_SECONDS = 60;

/**
 * Objects that are compared before and after. CRDs of the chart stay, as documented: `clean` removes those that nothing
 * uses. Leases are of components that renew them.
 */
export function comparable(objects: readonly string[]): string[] {
    return objects.filter(
        (object) =>
            !/(CustomResourceDefinition|APIService) \/\S+\.monitoring\.coreos\.com$/.test(object) &&
            !object.startsWith("coordination.k8s.io/v1 Lease "),
    );
}

/** The staging stack on the real node. */
export class Staging {
    /** Clients for the cluster. */
    public readonly access: Access;
    private readonly apps: AppsV1Api;
    private outputs = "";
    private updateSeconds = 0;
    private commands: ByKubectl | undefined;

    private constructor(
        private readonly paths: NodePaths,
        private readonly progress: Progress,
        private readonly chart: string | undefined,
        private readonly space: Workspace,
        private readonly initial: readonly string[],
    ) {
        this.access = openAccess(paths.kubeconfig);
        const config = new KubeConfig();
        config.loadFromFile(paths.kubeconfig);
        this.apps = config.makeApiClient(AppsV1Api);
    }

    /**
     * Brings the node up and remembers every object that is on it.
     * @param chart A packed chart that monitoring is installed from; unset: monitoring has no chart.
     */
    public static async open(paths: NodePaths, progress: Progress, chart?: string): Promise<Staging> {
        await sharedNode(paths, progress);
        const space = await openWorkspace("staging", progress, paths, chart ?? "default");
        const initial = comparable(await everyObject(await clusterReader(space.cluster)));
        return new Staging(paths, progress, chart, space, initial);
    }

    /** Deploys the stack and waits for its smoke tests. @returns seconds from the start until these passed. */
    public async comeUp(): Promise<number> {
        const started = Date.now();
        ({ outputs: this.outputs } = await up("staging", this.progress, this.paths, this.chart ?? "default"));
        await this.passSmokeTests();
        this.updateSeconds = (Date.now() - started) / 1000;
        return this.updateSeconds;
    }

    /** @throws Error with the failed checks, after a time in which what follows the pods has to come. */
    private async passSmokeTests(): Promise<void> {
        let report: SmokeReport;
        const deployed = Date.now();
        do {
            report = await runSmoke({ outputs: this.outputs, timeoutSeconds: UP_SECONDS });
        } while (report.failed > 0 && Date.now() - deployed < SETTLE_SECONDS * 1000);
        if (report.failed > 0) {
            throw new Error(failureText(report));
        }
    }

    /** What the stack deployed, for `kubectl` and `helm`. */
    private async byKubectl(): Promise<ByKubectl> {
        const exported = await this.space.cli.call(["stack", "export", "--stack", "staging", "--show-secrets"]);
        const { helm } = await ensureTools(["helm"], this.progress, this.paths);
        return new ByKubectl(exported.stdout, this.paths.kubeconfig, helm.path, join(this.paths.root, "by-kubectl"));
    }

    /**
     * Deploys what the removed stack had by `kubectl` and `helm` alone, and removes it. Notes the time until the same smoke
     * tests pass, and its ratio to that of the update.
     */
    public async compareWithKubectl(): Promise<void> {
        const { commands } = this;
        if (commands === undefined) {
            throw new Error("the stack was not removed: nothing is known of its objects");
        }
        // Removing the stack removed the CRDs that stand for the chart, where there is none.
        await openWorkspace("staging", this.progress, this.paths, this.chart ?? "default");
        const started = Date.now();
        await commands.apply();
        await this.passSmokeTests();
        const seconds = (Date.now() - started) / 1000;
        this.progress.note(
            `smoke tests pass ${seconds.toFixed(0)} s after the start of kubectl: the update took ${(this.updateSeconds / seconds).toFixed(2)} times that`,
        );
        await commands.remove();
    }

    /** Reads from the cluster. */
    public reader(): Promise<Read> {
        return clusterReader(this.space.cluster);
    }

    /**
     * Runs the checks, the deep ones included, and notes what each says.
     * @param filter Text in the topic or name of those that run. Default: all.
     */
    public async deepChecks(filter?: string): Promise<SmokeReport> {
        const report = await runSmoke({
            outputs: this.outputs,
            filter,
            timeoutSeconds: UP_SECONDS,
            deep: { rotation: false, receivers: false },
            onProgress: (text) => {
                this.progress.note(text);
            },
        });
        for (const { topic, name, finding } of report.results) {
            this.progress.note(`${finding.status.padEnd(8)}${topic}: ${name}: ${finding.detail}`);
        }
        return report;
    }

    /** The app's pods. */
    public async pods(): Promise<V1Pod[]> {
        return (await this.access.core.listNamespacedPod({ namespace: NAMESPACE, labelSelector: APP })).items;
    }

    /** Replaces all pods of the app, round by round. @returns seconds until each had its identity, sorted. */
    public async identityTimes(rounds: number): Promise<number[]> {
        const times: number[] = [];
        for (let round = 1; round <= rounds; round += 1) {
            const pods = await this.pods();
            const known = new Set(pods.map(({ metadata }) => metadata?.uid ?? ""));
            await this.annotate(String(Date.now()));
            times.push(...(await identityTimes(this.access.core, NAMESPACE, APP, known, pods.length)));
            await this.settled();
        }
        return times.sort((a, b) => a - b);
    }

    /** Removes the stack, and what a destroy keeps. @throws Error with the output of a command that fails. */
    public async remove(): Promise<void> {
        this.commands = await this.byKubectl();
        for (const command of ["destroy", "clean"]) {
            const done = await daily(command, "--stack", "staging", "--confirm", "staging");
            if (done.code !== 0) {
                throw new Error(`${command}: ${output(done)}`);
            }
        }
    }

    /** Objects that are there and were not before, and that were and are no longer. */
    public async differences(): Promise<string[]> {
        for (const end = Date.now() + REMOVAL_SECONDS * 1000; ;) {
            const now = comparable(await everyObject(await this.reader()));
            const differences = [
                ...now.filter((object) => !this.initial.includes(object)).map((object) => `left: ${object}`),
                ...this.initial.filter((object) => !now.includes(object)).map((object) => `gone: ${object}`),
            ];
            if (differences.length === 0 || Date.now() > end) {
                return differences;
            }
            await sleep(2_000);
        }
    }

    /** Changes the pod template, which starts a rollout. */
    private async annotate(value: string): Promise<void> {
        await this.access.objects.patch(
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name: DEPLOYMENT, namespace: NAMESPACE },
                spec: { template: { metadata: { annotations: { "x0tta6bl4.mesh/round": value } } } },
            },
            undefined,
            undefined,
            undefined,
            undefined,
            "application/merge-patch+json",
        );
    }

    /** Waits until the rollout is complete. */
    private async settled(): Promise<void> {
        for (const end = Date.now() + UP_SECONDS * 1000; ;) {
            const at = { name: DEPLOYMENT, namespace: NAMESPACE };
            const { metadata, spec, status } = await this.apps.readNamespacedDeployment(at);
            const wanted = spec?.replicas ?? 1;
            const { observedGeneration, updatedReplicas, readyReplicas } = status ?? {};
            const isCurrent = observedGeneration === metadata?.generation && updatedReplicas === wanted;
            if (isCurrent && readyReplicas === wanted && (await this.pods()).length === wanted) {
                return;
            }
            if (Date.now() > end) {
                throw new Error(`the rollout of ${DEPLOYMENT} is not complete after ${UP_SECONDS} s`);
            }
            await sleep(1_000);
        }
    }
}
