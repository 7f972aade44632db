import assert from "node:assert/strict";
import { monitoringRun } from "../../support/monitoring";
import { at, only, type Overrides } from "../../support/program";

/** A value of the chart. */
async function value(monitoring: Overrides, stack: string, ...path: (string | number)[]): Promise<unknown> {
    return at(only(await monitoringRun(monitoring, stack), "Release").inputs, "values", ...path);
}

describe("Values of the chart that fit it to a cluster", () => {
    it("follow the single switches of control plane and cluster DNS, whatever the flavour", async () => {
        const values = await value({ clusterFlavour: "gke", coreDns: true, controlPlane: true }, "staging");
        assert.equal(at(values, "coreDns", "enabled"), true);
        assert.equal(at(values, "kubeEtcd", "enabled"), true);
        const none = await value({ clusterFlavour: "kubeadm", coreDns: false, controlPlane: false }, "staging");
        assert.equal(at(none, "coreDns", "enabled"), false);
        assert.equal(at(none, "kubeEtcd", "enabled"), false);
        assert.equal(at(none, "defaultRules", "rules", "etcd"), false);
    });

    it("keep a client with one of several replicas, whose data differ", async () => {
        for (const part of ["prometheus", "alertmanager"]) {
            assert.equal(await value({}, "prod", part, "service", "sessionAffinity"), "ClientIP", part);
            assert.equal(await value({}, "staging", part, "service", "sessionAffinity"), undefined, part);
        }
    });

    it("reject two egress rules with the same name for the same pods, and a rule without a destination", async () => {
        const rule = { name: "a", from: "grafana", namespace: "logs", ports: [{ port: 3100 }] };
        const refused = (egress: Overrides[], message: RegExp) =>
            assert.rejects(monitoringRun({ networkPolicy: { egress } }), (error: Error) => {
                assert.match(error.message, message);
                return true;
            });
        await refused(
            [rule, rule],
            /egress\[1\]\.name = "a"\n +must be: a name that no other rule of the same pods has/,
        );
        await refused([{ ...rule, cidr: "192.0.2.0/24" }], /either cidr, or namespace/);
        await monitoringRun({ networkPolicy: { egress: [rule, { ...rule, from: "prometheus" }] } });
    });

    it("reject an egress rule whose policy's name is too long for the value of a label", async () => {
        const rule = { from: "alertmanager", namespace: "logs", ports: [{ port: 3100 }] };
        const egress = [{ ...rule, name: "a".repeat(44) }];
        await assert.rejects(
            monitoringRun({ networkPolicy: { egress } }),
            /egress\[0\]\.name = a text of 44 characters\n +must be: a name of at most 43 characters/,
        );
        const { resources } = await monitoringRun({ networkPolicy: { egress: [{ ...rule, name: "a".repeat(43) }] } });
        for (const { type, inputs } of resources) {
            const labels = type.endsWith(":NetworkPolicy") ? at(inputs, "metadata", "labels") : {};
            assert.ok(Object.values(labels ?? {}).every((value) => String(value).length <= 63));
        }
    });

    it("let node-exporter mount the node's root, or not where it is no shared mount", async () => {
        const path = ["prometheus-node-exporter", "hostRootFsMount", "enabled"] as const;
        assert.equal(await value({}, "staging", ...path), true);
        assert.equal(await value({ nodeExporter: { hostRootFsMount: false } }, "staging", ...path), false);
    });
});
