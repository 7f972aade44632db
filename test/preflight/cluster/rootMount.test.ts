import assert from "node:assert/strict";
import { rootMountFindings } from "../../../preflight/cluster/rootMount";
import type { ClusterFacts } from "../../../preflight/facts";
import type { CheckFinding } from "../../../preflight/report";
import { facts, node, stackOf } from "../../support/clusterFacts";

/** Findings as `status detail`. */
const told = (findings: readonly CheckFinding[]) =>
    findings.map(({ status, detail }) => `${status} ${detail}`).join("\n");

describe("Check of the nodes' root mount", () => {
    const pod = (message?: string) => ({
        metadata: { name: "exporter-1", labels: {}, annotations: {} },
        spec: { nodeName: "n1" },
        status: {
            containerStatuses: [
                { ready: message === undefined, state: message === undefined ? {} : { waiting: { message } } },
            ],
        },
    });
    const told1 = async (changed: Partial<ClusterFacts>, hostRootFsMount = true) => {
        const settings = (await stackOf("staging")).settings;
        const { monitoring } = settings;
        const nodeExporter = { ...monitoring.nodeExporter, hostRootFsMount };
        const changedSettings = { ...settings, monitoring: { ...monitoring, nodeExporter } };
        return told(rootMountFindings(facts(changed), changedSettings));
    };

    it("fails where a runtime refused node-exporter for it, with the setting that helps", async () => {
        const refused = pod(
            'failed to generate spec: path "/" is mounted on "/" but it is not a shared or slave mount',
        );
        assert.equal(
            await told1({ exporterPods: [refused] }),
            "fail / is not a shared mount on n1: node-exporter does not start there",
        );
        const settings = (await stackOf("staging")).settings;
        const [finding] = rootMountFindings(facts({ exporterPods: [refused] }), settings);
        assert.equal(finding?.fix, "pulumi config set --path monitoring.nodeExporter.hostRootFsMount false");
        assert.match(await told1({ exporterPods: [refused] }, false), /^ok not mounted/);
    });

    it("is content where node-exporter runs, and does not guess where none does, except on k3d", async () => {
        assert.match(await told1({ exporterPods: [pod()] }), /^ok node-exporter runs/);
        assert.match(await told1({ exporterPods: [pod("image is being pulled")] }), /^skip unknown/);
        assert.match(await told1({ exporterPods: [] }), /^skip unknown .*no node-exporter runs yet/);
        assert.match(await told1({}), /^skip unknown .*cannot list pods/);
        const k3d = node("k3d-x-server-0", { kubelet: "v1.33.1+k3s1" });
        assert.match(await told1({ nodes: [k3d], exporterPods: [] }), /^warn k3d's nodes are containers/);
    });
});
