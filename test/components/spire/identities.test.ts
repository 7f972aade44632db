import assert from "node:assert/strict";
import { identityWait } from "../../../components/mesh/identity";
import { liveMesh } from "../../../preflight/mesh";
import { restrictedViolations } from "../../support/podSecurityStandard";
import { list, meshRun, podSpec, record, STACKS, text } from "../../support/mesh";
import { at, only } from "../../support/program";
import { podSpecOf, spireObjects, spireRun } from "../../support/spire";
import { spireSettings } from "../../support/spireSettings";
import { SPIRE_VARIANTS } from "../../support/spireVariants";

describe("SPIRE identities", () => {
    it("exist before the mesh's pods, one entry below all agents of the cluster", async () => {
        for (const stack of STACKS) {
            const run = await spireRun({}, stack);
            const spec = (name: string) => record(only(run, "ClusterStaticEntry", name).inputs.spec);
            const nodes = spec("spire-clusterstaticentry-x0tta6bl4-nodes");
            const mesh = spec("spire-clusterstaticentry-x0tta6bl4-mesh");
            const deployment = only(run, "Deployment", "mesh").inputs;
            const cluster = stack === "staging" ? "staging" : "production";
            assert.deepEqual(nodes, {
                spiffeID: `spiffe://x0tta6bl4.mesh/cluster/${cluster}/nodes`,
                parentID: "spiffe://x0tta6bl4.mesh/spire/server",
                selectors: [
                    `k8s_psat:cluster:${cluster}`,
                    "k8s_psat:agent_ns:spire-system",
                    "k8s_psat:agent_sa:spire-agent",
                ],
            });
            const namespace = text(at(deployment, "metadata", "namespace"));
            const account = text(at(podSpecOf(run, "Deployment", "mesh"), "serviceAccountName"));
            assert.equal(mesh.spiffeID, `spiffe://x0tta6bl4.mesh/ns/${namespace}/sa/${account}`);
            assert.equal(mesh.parentID, nodes.spiffeID);
            const labels = record(at(deployment, "spec", "selector", "matchLabels"));
            assert.deepEqual(mesh.selectors, [
                `k8s:ns:${namespace}`,
                `k8s:sa:${account}`,
                ...Object.entries(labels).map(([label, value]) => `k8s:pod-label:${label}:${text(value)}`),
            ]);
            assert.deepEqual(
                spireObjects(run).filter(({ inputs }) => inputs.kind === "ClusterSPIFFEID"),
                [],
            );
        }
    });

    it("have the mesh's TTL, DNS names and foreign trust domains in either form", async () => {
        const wishes = { ttl: "1h", dnsNames: ["mesh.example.com"], federatesWith: ["web.example"] };
        const variant = SPIRE_VARIANTS["federation, OIDC and further identities"] ?? {};
        const run = (entries: string) => spireRun({ ...variant, meshIdentity: { ...wishes, entries } });
        const fixed = at(
            only(await run("static"), "ClusterStaticEntry", "spire-clusterstaticentry-x0tta6bl4-mesh").inputs,
            "spec",
        );
        assert.deepEqual(
            ["x509SVIDTTL", "dnsNames", "federatesWith"].map((key) => at(fixed, key)),
            ["1h", ["mesh.example.com"], ["web.example"]],
        );
        const each = at(
            only(await run("perPod"), "ClusterSPIFFEID", "spire-clusterspiffeid-x0tta6bl4-mesh").inputs,
            "spec",
        );
        assert.deepEqual(
            ["ttl", "dnsNameTemplates", "federatesWith"].map((key) => at(each, key)),
            ["1h", ["mesh.example.com"], ["web.example"]],
        );
    });

    it("select the mesh's pods by label and namespace where each pod has an entry of its own", async () => {
        for (const stack of STACKS) {
            const run = await spireRun({ meshIdentity: { entries: "perPod" } }, stack);
            assert.deepEqual(
                spireObjects(run).filter(({ inputs }) => inputs.kind === "ClusterStaticEntry"),
                [],
            );
            const { inputs } = only(run, "ClusterSPIFFEID", "spire-clusterspiffeid-x0tta6bl4-mesh");
            const deployment = only(run, "Deployment", "mesh").inputs;
            assert.equal(
                at(inputs, "spec", "spiffeIDTemplate"),
                "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
            );
            assert.deepEqual(
                at(inputs, "spec", "podSelector", "matchLabels"),
                at(deployment, "spec", "selector", "matchLabels"),
            );
            assert.deepEqual(at(inputs, "spec", "namespaceSelector", "matchExpressions", 0, "values"), [
                at(deployment, "metadata", "namespace"),
            ]);
        }
    });

    it("are always bound to namespaces", async () => {
        for (const overrides of Object.values(SPIRE_VARIANTS)) {
            const objects = spireObjects(await spireRun(overrides));
            const ids = objects.filter(({ inputs }) => inputs.kind === "ClusterSPIFFEID");
            const fixed = objects.filter(({ inputs }) => inputs.kind === "ClusterStaticEntry");
            assert.ok(ids.length + fixed.length > 0);
            for (const { inputs } of ids) {
                assert.ok(list(at(inputs, "spec", "namespaceSelector", "matchExpressions", 0, "values")).length > 0);
            }
            for (const { inputs } of fixed.filter(({ name }) => !name.endsWith("-nodes"))) {
                const selectors = list(at(inputs, "spec", "selectors")).map(text);
                assert.ok(selectors.some((selector) => /^k8s:ns:./.test(selector)));
                assert.ok(selectors.some((selector) => /^k8s:sa:./.test(selector)));
            }
        }
    });

    it("use only fields of their CRDs, whose schemas would drop others", async () => {
        for (const overrides of Object.values(SPIRE_VARIANTS)) {
            const run = await spireRun(overrides);
            for (const { inputs } of spireObjects(run).filter(
                ({ inputs: { apiVersion } }) => apiVersion === "spire.spiffe.io/v1alpha1",
            )) {
                const crd = spireObjects(run).find(
                    (object) =>
                        object.inputs.kind === "CustomResourceDefinition" &&
                        at(object.inputs, "spec", "names", "kind") === inputs.kind,
                );
                const known = Object.keys(
                    record(
                        at(
                            crd?.inputs,
                            ...["spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "spec", "properties"],
                        ),
                    ),
                );
                assert.deepEqual(
                    Object.keys(record(inputs.spec)).filter((key) => !known.includes(key)),
                    [],
                );
            }
        }
    });

    it("reach the mesh's pods through the CSI driver, and the app waits for one", async () => {
        const run = await spireRun();
        const spec = podSpecOf(run, "Deployment", "mesh");
        assert.equal(at(only(run, "CSIDriver").inputs, "metadata", "name"), "csi.spiffe.io");
        assert.deepEqual(
            list(at(spec, "volumes")).find((volume) => at(volume, "csi") !== undefined),
            { name: "spire-socket", csi: { driver: "csi.spiffe.io", readOnly: true } },
        );
        const wait = at(spec, "initContainers", 0);
        assert.equal(at(wait, "name"), "wait-for-identity");
        assert.ok(list(at(wait, "args")).includes("/run/spire/sockets/agent.sock"));
        assert.deepEqual(restrictedViolations(spec), []);
    });

    it("are waited for by a sidecar that the kubelet probes every second, without restarts", async () => {
        const wait = at(podSpecOf(await spireRun(), "Deployment", "mesh"), "initContainers", 0);
        assert.equal(at(wait, "restartPolicy"), "Always");
        assert.deepEqual(at(wait, "command"), ["/opt/spire/bin/spire-agent", "api", "watch"]);
        const probe = at(wait, "startupProbe");
        assert.deepEqual(at(probe, "exec", "command"), [
            ...["/opt/spire/bin/spire-agent", "api", "fetch", "x509", "-silent"],
            ...["-socketPath", "/run/spire/sockets/agent.sock"],
        ]);
        assert.equal(at(probe, "periodSeconds"), 1);
        // Kubernetes restarts the container after as many failures: not within 5 minutes.
        assert.ok(Number(at(probe, "failureThreshold")) * Number(at(probe, "periodSeconds")) >= 300);
    });

    it("are waited for by an init container where it is chosen", async () => {
        const run = await meshRun({ spireSocket: { waitAs: "initContainer" } });
        const wait = at(podSpec(run), "initContainers", 0);
        assert.equal(at(wait, "restartPolicy"), undefined);
        assert.equal(at(wait, "startupProbe"), undefined);
        assert.deepEqual(at(wait, "command"), ["/opt/spire/bin/spire-agent", "api", "fetch", "x509"]);
    });

    for (const [minor, sidecars] of [
        ["28", false],
        ["29", true],
    ] as const) {
        it(`are waited for by ${sidecars ? "a sidecar" : "an init container"} on Kubernetes 1.${minor}, its oldest kubelet`, async () => {
            const objects: Record<string, unknown> = {
                "/version": { minor: "32+" },
                "/api/v1/nodes": { items: [{ status: { nodeInfo: { kubeletVersion: `v1.${minor}.4+k3s1` } } }] },
            };
            const settings = spireSettings({});
            const live = await liveMesh((path) => Promise.resolve({ seen: true, object: objects[path] }), settings);
            assert.equal(live.sidecars, sidecars);
            const args = { ...settings, settings: settings.mesh, live };
            assert.equal(identityWait(args)[0]?.restartPolicy, sidecars ? "Always" : undefined);
        });
    }
});
