import assert from "node:assert/strict";
import { list, STACKS, text } from "../../support/mesh";
import { at, type Overrides, type ProgramRun } from "../../support/program";
import { spireObjects, spireRun } from "../../support/spire";
import { SPIRE_VARIANTS } from "../../support/spireVariants";

/** The NetworkPolicies of SPIRE by `namespace/name`. */
function policies(run: ProgramRun): Record<string, unknown> {
    return Object.fromEntries(
        spireObjects(run)
            .filter(({ inputs }) => inputs.kind === "NetworkPolicy")
            .map(({ inputs }) => [
                `${text(at(inputs, "metadata", "namespace"))}/${text(at(inputs, "metadata", "name"))}`,
                inputs.spec,
            ]),
    );
}

const SERVER = ["api-server", "dns", "from-agents", "metrics"].map((way) => `spire/spire-server-${way}`);
const ALWAYS = [
    "spire/default-deny",
    ...SERVER,
    "spire-system/default-deny",
    ...["dns", "kubelet", "metrics", "server"].map((way) => `spire-system/spire-agent-${way}`),
];

describe("SPIRE network policies", () => {
    it("are these in staging", async () => {
        assert.deepEqual(Object.keys(policies(await spireRun())).sort(), [...ALWAYS].sort());
    });

    it("let prod reach its database as well", async () => {
        const found = policies(await spireRun({}, "prod"));
        assert.deepEqual(Object.keys(found).sort(), [...ALWAYS, "spire/spire-server-datastore"].sort());
        assert.deepEqual(at(found["spire/spire-server-datastore"], "egress"), [
            {
                to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "databases" } } }],
                ports: [{ protocol: "TCP", port: 5432 }],
            },
        ]);
    });

    for (const stack of STACKS) {
        it(`close both namespaces in both directions in ${stack}`, async () => {
            const found = policies(await spireRun({}, stack));
            for (const namespace of ["spire", "spire-system"]) {
                assert.deepEqual(found[`${namespace}/default-deny`], {
                    podSelector: {},
                    policyTypes: ["Ingress", "Egress"],
                });
            }
        });
    }

    it("allow only the agents to connect to the server", async () => {
        const found = policies(await spireRun());
        assert.deepEqual(at(found["spire/spire-server-from-agents"], "ingress"), [
            {
                from: [
                    {
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "spire-system" } },
                        podSelector: {
                            matchLabels: { "app.kubernetes.io/name": "spire-agent", environment: "staging" },
                        },
                    },
                ],
                ports: [{ protocol: "TCP", port: 8081 }],
            },
        ]);
        const open = Object.entries(found).filter(([, spec]) =>
            list(at(spec, "ingress") ?? []).some((rule) => JSON.stringify(at(rule, "ports")).includes("8081")),
        );
        assert.deepEqual(
            open.map(([name]) => name),
            ["spire/spire-server-from-agents"],
        );
    });

    it("keep the agents from the API server and the CSI driver from everything", async () => {
        const found = policies(await spireRun());
        for (const [name, spec] of Object.entries(found)) {
            const app = at(spec, "podSelector", "matchLabels", "app.kubernetes.io/name");
            assert.notEqual(app, "spiffe-csi-driver", name);
            if (app === "spire-agent") {
                assert.doesNotMatch(JSON.stringify(at(spec, "egress") ?? []), /"port":(443|6443)/, name);
            }
        }
    });

    it("reach an API server on other ports", async () => {
        const found = policies(await spireRun({ networkPolicy: { apiServerPorts: [443, 16443] } }));
        assert.deepEqual(at(found["spire/spire-server-api-server"], "egress", 0, "ports"), [
            { protocol: "TCP", port: 443 },
            { protocol: "TCP", port: 16443 },
        ]);
    });

    it("follow federation, OIDC and further destinations", async () => {
        const federated = policies(await spireRun(SPIRE_VARIANTS["federation, OIDC and further identities"]));
        assert.deepEqual(at(federated["spire/spire-server-bundle-endpoint"], "ingress", 0, "from"), [
            { ipBlock: { cidr: "198.51.100.0/24" } },
        ]);
        assert.deepEqual(at(federated["spire/spire-server-foreign-bundles"], "egress", 0, "ports"), [
            { protocol: "TCP", port: 443 },
            { protocol: "TCP", port: 8443 },
        ]);
        assert.equal(at(federated["spire/spire-oidc-provider"], "ingress", 0, "ports", 0, "port"), 8443);
        const kms = policies(await spireRun(SPIRE_VARIANTS["mysql and cert-manager"]));
        assert.deepEqual(at(kms["spire/spire-server-egress-0"], "egress", 0, "to"), [
            { ipBlock: { cidr: "192.0.2.20/32" } },
        ]);
    });

    it("can be switched off", async () => {
        assert.deepEqual(policies(await spireRun({ networkPolicy: { enabled: false } })), {});
    });

    it("open everywhere only towards nodes and API server, which no range of Cilium's has in it", async () => {
        const everywhere = async (overrides: Overrides) =>
            Object.entries(policies(await spireRun(overrides)))
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .flatMap(([name, spec]) =>
                    list(at(spec, "egress") ?? []).flatMap((rule) => {
                        assert.ok(list(at(rule, "ports")).length > 0, name);
                        assert.notDeepEqual(at(rule, "to"), [], name);
                        return at(rule, "to") === undefined ? [name] : [];
                    }),
                );
        const nodes = ["spire-system/spire-agent-kubelet", "spire/spire-server-api-server"];
        for (const overrides of Object.values(SPIRE_VARIANTS)) {
            const closed = at(overrides, "networkPolicy", "enabled") === false;
            assert.deepEqual(await everywhere(overrides), closed ? [] : nodes);
        }
        const narrow = { apiServerCidrs: ["192.0.2.1/32"], nodeCidrs: ["192.0.2.0/24"] };
        assert.deepEqual(await everywhere({ networkPolicy: narrow }), []);
    });
});
