import assert from "node:assert/strict";
import { monitoringRun } from "../../support/monitoring";
import { at, only, type Overrides } from "../../support/program";

/** Ports that a policy of the main namespace allows for its first external peers. */
async function ports(name: string, monitoring: Overrides = {}): Promise<unknown[]> {
    const policy = only(await monitoringRun(monitoring), "NetworkPolicy", `monitoring-policy-${name}`);
    const list = at(policy.inputs, "spec", "egress", 0, "ports");
    return Array.isArray(list) ? list.map((port) => at(port, "port")) : [];
}

describe("Network rules of monitoring", () => {
    it("start from nothing in and nothing out, in both namespaces", async () => {
        const run = await monitoringRun();
        for (const name of ["monitoring-policy-default-deny", "monitoring-node-policy-default-deny"]) {
            const spec = at(only(run, "NetworkPolicy", name).inputs, "spec");
            assert.deepEqual(spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
        }
    });

    it("let Prometheus reach mesh, SPIRE, nodes and API server, and control-plane ports on kubeadm alone", async () => {
        assert.deepEqual(await ports("prometheus-mesh"), [9090]);
        assert.deepEqual(await ports("prometheus-spire"), [9988, 8082]);
        assert.deepEqual(await ports("prometheus-nodes"), [10_250, 9100]);
        assert.ok((await ports("prometheus-nodes", { clusterFlavour: "kubeadm" })).includes(2381));
        assert.deepEqual(await ports("prometheus-api-server"), [443, 6443]);
    });

    it("name no range for nodes and API server by default, since Cilium's have neither in them", async () => {
        const peers = async (name: string, networkPolicy: Overrides) => {
            const run = await monitoringRun({ networkPolicy });
            return at(only(run, "NetworkPolicy", `monitoring-policy-${name}`).inputs, "spec", "egress", 0, "to");
        };
        for (const name of ["prometheus-nodes", "prometheus-api-server", "operator-api-server"]) {
            assert.equal(await peers(name, {}), undefined, name);
            const narrow = { apiServerCidrs: ["192.0.2.0/24"], nodeCidrs: ["192.0.2.0/24"] };
            assert.deepEqual(await peers(name, narrow), [{ ipBlock: { cidr: "192.0.2.0/24" } }], name);
        }
    });

    it("open the ports that the API server has, to everything that calls it", async () => {
        const networkPolicy = { apiServerPorts: [8443] };
        for (const caller of ["prometheus", "grafana", "operator", "kube-state-metrics"]) {
            assert.deepEqual(await ports(`${caller}-api-server`, { networkPolicy }), [8443], caller);
        }
    });

    it("open cluster DNS to Prometheus only where it answers", async () => {
        assert.deepEqual(await ports("prometheus-dns-metrics", { clusterFlavour: "managed" }), [9153]);
        const gke = await monitoringRun({ clusterFlavour: "gke" });
        assert.ok(!gke.resources.some(({ name }) => name === "monitoring-policy-prometheus-dns-metrics"));
    });

    it("let each part reach what the settings name, and no other part", async () => {
        const networkPolicy = {
            egress: [
                { name: "shop", from: "prometheus", namespace: "shop", ports: [{ port: 8080 }] },
                {
                    name: "loki",
                    from: "grafana",
                    namespace: "logs",
                    podLabels: { app: "loki" },
                    ports: [{ port: 3100 }],
                },
                { name: "gateway", from: "alertmanager", cidr: "192.0.2.0/24", ports: [{ port: 8443 }] },
            ],
        };
        const run = await monitoringRun({ networkPolicy });
        const spec = (name: string) => at(only(run, "NetworkPolicy", `monitoring-policy-${name}`).inputs, "spec");
        const shop = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } };
        assert.deepEqual(spec("prometheus-egress-shop"), {
            podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
            policyTypes: ["Egress"],
            egress: [{ to: [shop], ports: [{ protocol: "TCP", port: 8080 }] }],
        });
        assert.deepEqual(at(spec("grafana-egress-loki"), "podSelector", "matchLabels"), {
            "app.kubernetes.io/name": "grafana",
        });
        assert.deepEqual(at(spec("alertmanager-egress-gateway"), "egress", 0, "to"), [
            { ipBlock: { cidr: "192.0.2.0/24" } },
        ]);
    });

    it("let Prometheus send samples to the port of each receiver's URL, or the one that is set", async () => {
        const remoteWrite = [
            { url: "https://a.example.com" },
            { url: "http://b.example.com:9009/api/v1/push" },
            { url: "http://c.shop/write", port: 8080 },
            { url: "http://d.example.com" },
        ];
        const opened = [];
        for (const index of remoteWrite.keys()) {
            opened.push(...(await ports(`prometheus-remote-write-${index}`, { prometheus: { remoteWrite } })));
        }
        assert.deepEqual(opened, [443, 9009, 8080, 80]);
    });

    it("let Grafana query Prometheus and Alertmanager", async () => {
        const policy = only(await monitoringRun(), "NetworkPolicy", "monitoring-policy-grafana-data");
        assert.deepEqual(at(policy.inputs, "spec", "egress", 0, "ports"), [
            { protocol: "TCP", port: 9090 },
            { protocol: "TCP", port: 9093 },
        ]);
    });

    it("let the job that upgrades the CRDs call the API server, and are not there without it", async () => {
        const name = "monitoring-policy-crd-upgrade-api-server";
        const upgradeCrds = { chart: { type: "repository", checkReachable: false, upgradeCrds: true } };
        const run = await monitoringRun(upgradeCrds);
        const { inputs } = only(run, "NetworkPolicy", name);
        const podLabels = at(only(run, "Release").inputs, "values", "crds", "upgradeJob", "podLabels");
        assert.deepEqual(at(inputs, "spec", "podSelector", "matchLabels"), podLabels);
        assert.equal(at(inputs, "spec", "egress", 0, "ports", 0, "port"), 443);
        const without = await monitoringRun();
        assert.ok(!without.resources.some((resource) => resource.name === name));
    });

    it("can be left out", async () => {
        const run = await monitoringRun({ networkPolicy: { enabled: false } });
        assert.deepEqual(
            run.resources.filter(({ type, name }) => type.endsWith(":NetworkPolicy") && name.startsWith("monitoring")),
            [],
        );
    });
});
