import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseState, RELEASE_TYPE, type Resource } from "../../../engine/state";
import { run } from "../../../process/run";
import { constant } from "../../bench/floor";

const objectSchema = z.looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

const releaseSchema = z.object({
    name: z.string(),
    namespace: z.string(),
    chart: z.string(),
    values: z.record(z.string(), z.unknown()).default({}),
});

type KubernetesObject = z.infer<typeof objectSchema>;

/** Longest wait for one rollout or release. */
const TIMEOUT = "15m";

/** Kinds that `kubectl rollout status` waits for. */
const WORKLOADS = new Set(["Deployment", "DaemonSet", "StatefulSet"]);

/** Kinds that other objects need. */
const FIRST = new Set(["Namespace", "CustomResourceDefinition"]);

/** Group of the kinds of the monitoring chart, which exist after its release. */
const OF_CHART = "monitoring.coreos.com/";

/** What a stack deployed, for `kubectl` and `helm` alone. */
export class ByKubectl {
    private readonly objects: readonly KubernetesObject[];
    private readonly releases: readonly z.infer<typeof releaseSchema>[];

    /**
     * @param exported Output of `pulumi stack export --show-secrets`.
     * @param kubeconfig Kubeconfig of the cluster.
     * @param helm Path of Helm.
     * @param folder Folder for manifests, which contain secrets; it is removed by {@link ByKubectl.remove}.
     */
    constructor(
        exported: string,
        private readonly kubeconfig: string,
        private readonly helm: string,
        private readonly folder: string,
    ) {
        const resources = parseState(exported).resources.filter(({ type }) => type.startsWith("kubernetes:"));
        const isRelease = ({ type }: Resource) => type === RELEASE_TYPE;
        const inputs = (of: readonly Resource[]) => of.map((each) => constant(each.inputs ?? {}));
        this.objects = z.array(objectSchema).parse(inputs(resources.filter((each) => !isRelease(each))));
        this.releases = z.array(releaseSchema).parse(inputs(resources.filter(isRelease)));
    }

    /** Creates everything, and waits for releases and rollouts. @throws CommandError of a command that fails. */
    public async apply(): Promise<void> {
        await mkdir(this.folder, { recursive: true, mode: 0o700 });
        const first = this.objects.filter(({ kind }) => FIRST.has(kind));
        const ofChart = this.objects.filter(({ apiVersion }) => apiVersion.startsWith(OF_CHART));
        await this.applyAll("first", first);
        for (const { kind, metadata } of first.filter((each) => each.kind === "CustomResourceDefinition")) {
            await this.kubectl("wait", "--for=condition=Established", `${kind}/${metadata.name}`);
        }
        const rest = this.objects.filter((each) => !first.includes(each) && !ofChart.includes(each));
        await this.applyAll("rest", rest);
        for (const { name, namespace, chart, values } of this.releases) {
            const file = join(this.folder, `${name}.json`);
            await writeFile(file, JSON.stringify(values), { mode: 0o600 });
            const wait = ["--wait", "--timeout", TIMEOUT];
            await this.helmCommand("install", name, chart, "--namespace", namespace, "--values", file, ...wait);
        }
        await this.applyAll("of-chart", ofChart);
        for (const { kind, metadata } of this.objects.filter((each) => WORKLOADS.has(each.kind))) {
            const of = ["--namespace", metadata.namespace ?? "default", "--timeout", TIMEOUT];
            await this.kubectl("rollout", "status", `${kind}/${metadata.name}`, ...of);
        }
    }

    /**
     * Deletes what {@link ByKubectl.apply} created: workloads one by one, the last one first, since pods that use SPIRE's
     * CSI driver cannot end without it; namespaces and CRDs last.
     */
    public async remove(): Promise<void> {
        for (const { kind, metadata } of this.objects.filter((each) => WORKLOADS.has(each.kind)).reverse()) {
            const of = ["--namespace", metadata.namespace ?? "default", "--cascade=foreground"];
            await this.kubectl("delete", `${kind}/${metadata.name}`, ...of);
        }
        for (const { name, namespace } of this.releases) {
            await this.helmCommand("uninstall", name, "--namespace", namespace, "--wait", "--ignore-not-found");
        }
        for (const name of ["of-chart", "rest", "first"]) {
            await this.kubectl("delete", "--ignore-not-found", "--filename", this.file(name));
        }
        await rm(this.folder, { recursive: true });
    }

    private file(name: string): string {
        return join(this.folder, `${name}.json`);
    }

    private async applyAll(name: string, items: readonly KubernetesObject[]): Promise<void> {
        await writeFile(this.file(name), JSON.stringify({ apiVersion: "v1", kind: "List", items }), { mode: 0o600 });
        if (items.length > 0) {
            await this.kubectl("apply", "--server-side", "--filename", this.file(name));
        }
    }

    private async kubectl(...args: readonly string[]): Promise<void> {
        await run("kubectl", ["--kubeconfig", this.kubeconfig, ...args]);
    }

    private async helmCommand(...args: readonly string[]): Promise<void> {
        await run(this.helm, [...args, "--kubeconfig", this.kubeconfig]);
    }
}
