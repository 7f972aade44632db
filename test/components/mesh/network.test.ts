import assert from "node:assert/strict";
import { SettingsError } from "../../../settings/shared/faults";
import { at, only, type ProgramRun } from "../../support/program";
import { list, meshRun, objectName, ofKind, policySpec, programRun, run, STACKS } from "../../support/mesh";
import { EVERYTHING_OFF, EVERYTHING_ON } from "../../support/meshVariants";

const TCP = (port: number) => ({ protocol: "TCP", port });
const UDP = (port: number) => ({ protocol: "UDP", port });
const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const pods = (matchLabels: Record<string, string>) => ({ podSelector: { matchLabels } });

/** Selector of the mesh's own pods. */
const own = (stack: string) =>
    pods({ "app.kubernetes.io/name": "x0tta6bl4", environment: stack === "prod" ? "production" : "staging" });

/** Logical names of all NetworkPolicies, sorted, without the prefix. */
const policies = (result: ProgramRun) =>
    ofKind(result, "NetworkPolicy")
        .map(({ name }) => name.replace(/^mesh-/, ""))
        .sort();

const ALWAYS = ["allow-dns", "allow-http", "allow-mesh", "allow-metrics", "default-deny"];

describe("Mesh network policies", () => {
    it("are exactly default deny, DNS, http, mesh and metrics in staging", async () => {
        assert.deepEqual(policies(await run("staging")), ALWAYS);
    });

    it("are these and the configured egress in prod", async () => {
        assert.deepEqual(
            policies(await run("prod")),
            [...ALWAYS, "allow-egress-https", "allow-egress-redis", "allow-neighbor-redis"].sort(),
        );
    });

    for (const stack of STACKS) {
        it(`close every pod of ${stack}'s namespace in both directions by default`, async () => {
            assert.deepEqual(policySpec(await run(stack), "mesh-default-deny"), {
                podSelector: {},
                policyTypes: ["Ingress", "Egress"],
            });
        });

        it(`open DNS in ${stack}, by UDP and TCP, to the cluster's servers alone`, async () => {
            assert.deepEqual(policySpec(await run(stack), "mesh-allow-dns"), {
                ...own(stack),
                policyTypes: ["Egress"],
                egress: [
                    {
                        to: [{ ...namespace("kube-system"), ...pods({ "k8s-app": "kube-dns" }) }],
                        ports: [UDP(53), TCP(53)],
                    },
                ],
            });
        });

        it(`open the mesh port between the mesh pods of ${stack}, in both directions`, async () => {
            assert.deepEqual(policySpec(await run(stack), "mesh-allow-mesh"), {
                ...own(stack),
                policyTypes: ["Ingress", "Egress"],
                ingress: [{ from: [own(stack)], ports: [TCP(7946)] }],
                egress: [{ to: [own(stack)], ports: [TCP(7946)] }],
            });
        });

        it(`open http of ${stack} to the ingress namespaces`, async () => {
            assert.deepEqual(policySpec(await run(stack), "mesh-allow-http"), {
                ...own(stack),
                policyTypes: ["Ingress"],
                ingress: [
                    {
                        from: [
                            namespace("ingress-nginx"),
                            namespace("istio-system"),
                            // The Traefik of k3s, and no other pod of its namespace.
                            { ...namespace("kube-system"), ...pods({ "app.kubernetes.io/name": "traefik" }) },
                        ],
                        ports: [TCP(8000)],
                    },
                ],
            });
        });

        it(`open metrics of ${stack} to Prometheus in the monitoring namespace`, async () => {
            assert.deepEqual(policySpec(await run(stack), "mesh-allow-metrics"), {
                ...own(stack),
                policyTypes: ["Ingress"],
                ingress: [
                    {
                        from: [{ ...namespace("monitoring"), ...pods({ "app.kubernetes.io/name": "prometheus" }) }],
                        ports: [TCP(9090)],
                    },
                ],
            });
        });

        it(`allow no connections to the SPIRE server in ${stack}: it admits only its agents, which pods reach through a socket`, async () => {
            const result = await run(stack);
            assert.doesNotMatch(
                JSON.stringify(policies(result).map((name) => policySpec(result, `mesh-${name}`))),
                /spire/,
            );
        });
    }

    it("carry the app's prefix in their names", async () => {
        for (const policy of ofKind(await run("prod"), "NetworkPolicy")) {
            assert.equal(objectName(policy), policy.name.replace(/^mesh-/, "prod-x0tta6bl4-"));
        }
    });

    it("open nothing to all peers: each rule names its peers and its ports", async () => {
        for (const [stack, overrides] of [
            ["staging", EVERYTHING_ON],
            ["prod", {}],
        ] as const) {
            for (const { name, inputs } of ofKind(await run(stack, overrides), "NetworkPolicy")) {
                const rules = ["ingress", "egress"].flatMap((way) => list(at(inputs, "spec", way) ?? []));
                for (const rule of rules) {
                    assert.ok(list(at(rule, "from") ?? at(rule, "to")).length > 0, name);
                    assert.ok(list(at(rule, "ports")).length > 0, name);
                }
            }
        }
    });

    it("can be left out", async () => {
        assert.deepEqual(policies(await run("staging", EVERYTHING_OFF)), []);
    });
});

describe("Mesh network settings", () => {
    /** Peers and ports of the one rule of a policy, with everything on. */
    async function rule(name: string, way: "ingress" | "egress"): Promise<{ peers: unknown; ports: unknown }> {
        const spec = policySpec(await run("staging", EVERYTHING_ON), name);
        const [only, ...others] = list(at(spec, way));
        assert.deepEqual(others, []);
        return { peers: at(only, way === "ingress" ? "from" : "to"), ports: at(only, "ports") };
    }

    it("name the namespace and further addresses of DNS", async () => {
        const { peers } = await rule("mesh-allow-dns", "egress");
        assert.deepEqual(peers, [
            { ...namespace("dns"), ...pods({ "k8s-app": "kube-dns" }) },
            { ipBlock: { cidr: "169.254.20.10/32" } },
        ]);
    });

    it("name the mesh port", async () => {
        assert.deepEqual((await rule("mesh-allow-mesh", "egress")).ports, [TCP(7100)]);
        assert.deepEqual((await rule("mesh-allow-mesh", "ingress")).ports, [TCP(7100)]);
    });

    it("name who may call http", async () => {
        assert.deepEqual(await rule("mesh-allow-http", "ingress"), {
            peers: [namespace("gateway"), { ...namespace("edge"), ...pods({ app: "proxy" }) }],
            ports: [TCP(8100)],
        });
    });

    it("open http to no peers if neither namespaces nor pods are named", async () => {
        const result = await meshRun({ networkPolicy: { httpFromNamespaces: [], httpFromPods: [] } });
        assert.ok(!policies(result).includes("allow-http"));
    });

    it("name who may scrape", async () => {
        const { peers, ports } = await rule("mesh-allow-metrics", "ingress");
        assert.deepEqual(peers, [
            { ...namespace("observability"), ...pods({ "app.kubernetes.io/name": "prometheus" }) },
        ]);
        assert.deepEqual(ports, [TCP(9100)]);
    });

    it("open the http port to Prometheus when metrics are there", async () => {
        const spec = policySpec(await meshRun({ ports: { metrics: 8000 } }), "mesh-allow-metrics");
        assert.deepEqual(at(spec, "ingress", 0, "ports"), [TCP(8000)]);
    });

    it("open no metrics when they are off", async () => {
        assert.ok(!policies(await meshRun({ metrics: { enabled: false } })).includes("allow-metrics"));
    });

    it("open the SPIRE server on both sides where it is set", async () => {
        const { peers, ports } = await rule("mesh-allow-spire", "egress");
        const server = pods({ "app.kubernetes.io/name": "spire-server" });
        assert.deepEqual(peers, [{ ...namespace("spire-server-ns"), ...server }]);
        assert.deepEqual(ports, [TCP(8443)]);
        const result = await programRun("staging", EVERYTHING_ON);
        const mesh = objectName(only(result, "Namespace", "mesh-namespace"));
        const { inputs } = only(result, "NetworkPolicy", "spire-home-spire-server-from-mesh");
        assert.deepEqual(at(inputs, "spec", "ingress"), [
            { from: [{ ...namespace(mesh), ...own("staging") }], ports: [TCP(8443)] },
        ]);
        const byDefault = await programRun("staging");
        assert.ok(!byDefault.resources.some(({ name }) => name === "spire-home-spire-server-from-mesh"));
    });

    it("allow egress and ingress for pods of the mesh's own namespace, to which its default deny applies, too", async () => {
        const redis = pods({ "app.kubernetes.io/name": "redis" });
        const open = [TCP(6379), TCP(26379)];
        const spec = policySpec(await run("prod"), "mesh-allow-neighbor-redis");
        assert.deepEqual(at(spec, "podSelector"), redis.podSelector);
        const mesh = { podSelector: own("prod").podSelector };
        assert.deepEqual(at(spec, "ingress"), [{ from: [mesh, redis], ports: open }]);
        assert.deepEqual(at(spec, "egress", 0), { to: [redis], ports: open });
        assert.deepEqual(at(spec, "egress", 1, "ports"), [{ protocol: "UDP", port: 53 }, TCP(53)]);
        const { inputs } = only(await run("prod"), "NetworkPolicy", "mesh-allow-neighbor-redis");
        // The policy selects no pods of the stack, which is intended.
        assert.match(
            String(at(inputs, "metadata", "annotations", "policy.x0tta6bl4.mesh/skip.dangling-selector")),
            /another app/,
        );
    });

    it("leave pods of other namespaces to these", async () => {
        const egress = [{ name: "db", namespace: "databases", podLabels: { app: "db" }, ports: [{ port: 5432 }] }];
        assert.ok(!policies(await meshRun({ networkPolicy: { egress } })).includes("allow-neighbor-db"));
    });

    it("open the API server exactly when the token is mounted", async () => {
        const spec = policySpec(await meshRun({ serviceAccount: { mountToken: true } }), "mesh-allow-api-server");
        assert.deepEqual(spec, {
            ...own("staging"),
            policyTypes: ["Egress"],
            // No CIDR: in Cilium, no CIDR matches an API server on a node.
            egress: [{ ports: [TCP(443), TCP(6443)] }],
        });
        assert.ok(!policies(await run("staging")).includes("allow-api-server"));
    });

    it("name where the API server is", async () => {
        assert.deepEqual((await rule("mesh-allow-api-server", "egress")).peers, [
            { ipBlock: { cidr: "10.96.0.1/32" } },
            { ipBlock: { cidr: "192.0.2.1/32" } },
        ]);
    });

    it("allow no connections to the API server if it has no addresses", async () => {
        const result = await meshRun({ serviceAccount: { mountToken: true }, networkPolicy: { apiServerCidrs: [] } });
        assert.ok(!policies(result).includes("allow-api-server"));
    });

    const egress: [string, string, unknown, unknown][] = [
        ["pods of a namespace", "db", { ...namespace("data"), ...pods({ app: "db" }) }, [TCP(5432)]],
        ["a whole namespace, by several ports", "all-of-tools", namespace("tools"), [UDP(53), TCP(443)]],
        ["pods of the own namespace", "own", pods({ app: "cache" }), [TCP(6379)]],
        ["a range less another", "web", { ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }, [TCP(443)]],
        ["a whole range", "lan", { ipBlock: { cidr: "10.0.0.0/8" } }, [UDP(3478)]],
    ];
    for (const [what, name, peer, ports] of egress) {
        it(`open ${what} as a further destination`, async () => {
            const opened = await rule(`mesh-allow-egress-${name}`, "egress");
            assert.deepEqual(opened.peers, [peer]);
            assert.deepEqual(
                list(opened.ports).map((port) => ({ protocol: at(port, "protocol"), port: at(port, "port") })),
                ports,
            );
        });
    }

    it("refuse two further destinations of one name, of which one would be lost", async () => {
        const rules = ["10.0.0.0/8", "192.0.2.0/24"].map((cidr) => ({ name: "lan", cidr, ports: [{ port: 443 }] }));
        await assert.rejects(meshRun({ networkPolicy: { egress: rules } }), SettingsError);
    });
});
