import { type ClusterFacts, type ExporterPod, simulated } from "../facts";
import { flavourOf } from "../flavour";
import type { CheckFinding } from "../report";
import type { Settings } from "../../settings";

/**
 * What a container runtime says of a mount with propagation below one that is private (containerd, CRI-O and Docker).
 */
const NOT_SHARED = /not a (shared( or slave)?|slave) mount/;

const FIX = "pulumi config set --path monitoring.nodeExporter.hostRootFsMount false";

/**
 * Can node-exporter mount the root of each node? Where it is not a shared mount its container cannot be created. The
 * API does not show it, so what runs tells, and for k3d what is known of its nodes, which are containers.
 */
export function rootMountFindings(facts: ClusterFacts, settings: Settings | undefined): CheckFinding[] {
    const name = "Root mount of the nodes";
    const exporter = settings?.monitoring.enabled === true ? settings.monitoring.nodeExporter : undefined;
    if (exporter?.enabled !== true || simulated(facts)) {
        return [];
    }
    if (!exporter.hostRootFsMount) {
        return [{ status: "ok", name, detail: "not mounted by node-exporter, as set" }];
    }
    const pods = facts.exporterPods;
    const refused = (pods ?? []).filter((pod) => messages(pod).some((text) => NOT_SHARED.test(text)));
    if (refused.length > 0) {
        const nodes = refused.map(({ metadata, spec }) => spec.nodeName ?? metadata.name).join(", ");
        const detail = `/ is not a shared mount on ${nodes}: node-exporter does not start there`;
        return [{ status: "fail", name, detail, fix: FIX }];
    }
    if (pods?.some(isReady) === true) {
        return [{ status: "ok", name, detail: "node-exporter runs and mounts it" }];
    }
    if (flavourOf(facts) === "k3d") {
        const detail = "k3d's nodes are containers whose / is not a shared mount: node-exporter will not start";
        return [{ status: "warn", name, detail, fix: FIX }];
    }
    const why = pods === undefined ? "these credentials cannot list pods" : "no node-exporter runs yet";
    return [{ status: "skip", name, detail: `unknown whether node-exporter can mount it: ${why}` }];
}

function messages({ status }: ExporterPod): string[] {
    return (status?.containerStatuses ?? []).flatMap(({ state }) => state?.waiting?.message ?? []);
}

function isReady({ status }: ExporterPod): boolean {
    return status?.containerStatuses?.every(({ ready }) => ready) ?? false;
}
