import program from "../..";
import type { ClusterFacts, DaemonSet, Node } from "../../preflight/facts";
import type { Plan } from "../../preflight/plan";
import { readSettings } from "../../preflight/readSettings";
import { StackFile } from "../../engine/stackFile";
import type { Settings } from "../../settings";
import { FAKE_UID } from "./apiServer";

/** Overrides of a node. */
interface NodeChanges {
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
    readonly providerID?: string;
    readonly taints?: { key: string; effect: string }[];
    readonly ready?: boolean;
    readonly kubelet?: string;
    readonly images?: string[];
    readonly architecture?: string;
}

/** A node that is Ready and carries the usual labels. */
export function node(name: string, changes: NodeChanges = {}): Node {
    const { labels, annotations = {}, providerID = "", taints = [], ready = true, kubelet = "v1.33.1" } = changes;
    const usual = { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": "a" };
    return {
        metadata: { name, labels: labels ?? usual, annotations },
        spec: { providerID, taints },
        status: {
            addresses: [{ type: "InternalIP", address: "10.0.0.1" }],
            conditions: [{ type: "Ready", status: ready ? "True" : "Unknown" }],
            images: [{ names: changes.images ?? [] }],
            nodeInfo: { kubeletVersion: kubelet, osImage: "Linux", architecture: changes.architecture ?? "amd64" },
        },
    };
}

/** A DaemonSet. */
export function daemonSet(name: string, image = "x:1", args: string[] = []): DaemonSet {
    const metadata = { name, namespace: "kube-system", labels: {}, annotations: {} };
    return { metadata, spec: { template: { spec: { containers: [{ name, image, args }] } } } };
}

/** Something with a name. */
export function named(name: string, annotations: Record<string, string> = {}) {
    return { metadata: { name, labels: {}, annotations } };
}

/** A healthy cluster of one node. */
export function facts(changes: Partial<ClusterFacts> = {}): ClusterFacts {
    return {
        version: { major: 1, minor: 33, text: "v1.33.1" },
        identifier: FAKE_UID,
        clockAheadMs: 0,
        nodes: [node("n1")],
        renewals: new Map(),
        storageClasses: [
            { ...named("standard", { "storageclass.kubernetes.io/is-default-class": "true" }), provisioner: "p" },
        ],
        csiDrivers: [],
        crds: [],
        daemonSets: [],
        rootCa: "PEM",
        ...changes,
    };
}

const stacks = new Map<string, Promise<{ settings: Settings; plan: Plan }>>();

/** Settings of a stack's own file, and what an update would make of them; read once a test run. */
export function stackOf(stack: string): Promise<{ settings: Settings; plan: Plan }> {
    const known = stacks.get(stack) ?? readStack(stack);
    stacks.set(stack, known);
    return known;
}

async function readStack(stack: string) {
    const { settings, plan, findings } = await readSettings(stack, StackFile.open(".", stack), program);
    if (settings === undefined || plan === undefined) {
        throw new Error(JSON.stringify(findings));
    }
    return { settings, plan };
}
