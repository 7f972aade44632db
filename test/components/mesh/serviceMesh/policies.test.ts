import assert from "node:assert/strict";
import { serviceMeshObjects } from "../../../../components/mesh/serviceMesh";
import { serviceMeshPolicySpecs } from "../../../../components/mesh/serviceMesh/networkPolicies";
import { networkPolicySpecs } from "../../../../components/mesh/networkPolicies";
import { at } from "../../../support/program";
import { joinedArgs, JOINED_TYPES } from "../../../support/serviceMesh";

const APP = { matchLabels: { "app.kubernetes.io/name": "x0tta6bl4", environment: "staging" } };
const named = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const tcp = (port: number) => ({ protocol: "TCP", port });

const CALLERS = [
    named("ingress-nginx"),
    named("istio-system"),
    { ...named("kube-system"), podSelector: { matchLabels: { "app.kubernetes.io/name": "traefik" } } },
];
const PROMETHEUS = { ...named("monitoring"), podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } } };

/** The object of a kind, and of a name where there are several. */
function spec(serviceMesh: object, kind: string, mesh: object = {}, name?: string): unknown {
    const found = serviceMeshObjects(joinedArgs({ ...serviceMesh }, { ...mesh })).filter(
        (object) => object.kind === kind && (name === undefined || object.name === name),
    );
    assert.equal(found.length, 1, `${kind} ${name ?? ""}: ${found.length}`);
    return found[0]?.spec;
}

describe("Service mesh: Istio's policies", () => {
    it("refuse plain text on every port but the metrics", () => {
        for (const type of ["istioSidecar", "istioAmbient"]) {
            assert.deepEqual(spec({ type }, "PeerAuthentication"), {
                selector: APP,
                mtls: { mode: "STRICT" },
                portLevelMtls: { 9090: { mode: "PERMISSIVE" } },
            });
        }
    });

    it("make no exception where nobody scrapes in plain text", () => {
        const strict = { selector: APP, mtls: { mode: "STRICT" } };
        const off = { metrics: { enabled: false } };
        assert.deepEqual(spec({ type: "istioSidecar" }, "PeerAuthentication", off), strict);
        const permissive = { type: "istioSidecar", mtls: "permissive" };
        assert.deepEqual(spec(permissive, "PeerAuthentication"), { selector: APP, mtls: { mode: "PERMISSIVE" } });
    });

    it("admit callers by port in ambient, where NetworkPolicies see 15008 alone", () => {
        const to = (port: string) => [{ operation: { ports: [port] } }];
        assert.deepEqual(spec({ type: "istioAmbient" }, "AuthorizationPolicy"), {
            selector: APP,
            action: "ALLOW",
            rules: [
                {
                    from: [{ source: { principals: ["*/ns/x0tta6bl4-staging/sa/staging-x0tta6bl4"] } }],
                    to: to("7946"),
                },
                {
                    from: [{ source: { namespaces: ["ingress-nginx", "istio-system", "kube-system"] } }],
                    to: to("8000"),
                },
                {
                    from: [{ source: { namespaces: ["monitoring"] } }, { source: { notPrincipals: ["*"] } }],
                    to: to("9090"),
                },
            ],
        });
    });

    it("have no rule without a source, which would admit everybody", () => {
        const closed = { networkPolicy: { httpFromNamespaces: [], httpFromPods: [] }, metrics: { enabled: false } };
        const rules = at(spec({ type: "istioAmbient", mtls: "permissive" }, "AuthorizationPolicy", closed), "rules");
        assert.ok(Array.isArray(rules) && rules.length === 1);
        assert.deepEqual(at(rules, 0, "to"), [{ operation: { ports: ["7946"] } }]);
    });

    it("admit callers without an identity on every port while mTLS is permissive", () => {
        const rules = at(spec({ type: "istioAmbient", mtls: "permissive" }, "AuthorizationPolicy"), "rules");
        assert.ok(Array.isArray(rules) && rules.length === 3);
        assert.ok(rules.every((rule: unknown) => JSON.stringify(rule).includes('{"notPrincipals":["*"]}')));
    });

    it("are none of AuthorizationPolicies beside sidecars, where NetworkPolicies see the ports", () => {
        assert.deepEqual(
            serviceMeshObjects(joinedArgs({ type: "istioSidecar" })).map(({ kind }) => kind),
            ["PeerAuthentication"],
        );
    });
});

describe("Service mesh: Linkerd's policies", () => {
    const server = (name: string) => spec({ type: "linkerd", gossip: "meshed" }, "Server", {}, name);

    it("guard each port, since all traffic between proxies comes by one", () => {
        const on = (port: number, proxyProtocol: string) => ({ podSelector: APP, port, proxyProtocol });
        assert.deepEqual(server("staging-x0tta6bl4-mesh"), on(7946, "opaque"));
        assert.deepEqual(server("staging-x0tta6bl4-http"), on(8000, "unknown"));
        assert.deepEqual(server("staging-x0tta6bl4-metrics"), on(9090, "HTTP/1"));
    });

    it("admit the app to the mesh port, namespaces to the API, and any network to the metrics", () => {
        const linkerd = { type: "linkerd", gossip: "meshed" };
        assert.deepEqual(spec(linkerd, "MeshTLSAuthentication", {}, "staging-x0tta6bl4-mesh"), {
            identityRefs: [{ kind: "ServiceAccount", name: "staging-x0tta6bl4" }],
        });
        assert.deepEqual(spec(linkerd, "MeshTLSAuthentication", {}, "staging-x0tta6bl4-http"), {
            identityRefs: ["ingress-nginx", "istio-system", "kube-system"].map((namespace) => ({
                kind: "ServiceAccount",
                namespace,
            })),
        });
        assert.deepEqual(spec(linkerd, "NetworkAuthentication"), {
            networks: [{ cidr: "0.0.0.0/0" }, { cidr: "::/0" }],
        });
        assert.deepEqual(spec(linkerd, "AuthorizationPolicy", {}, "staging-x0tta6bl4-metrics"), {
            targetRef: { group: "policy.linkerd.io", kind: "Server", name: "staging-x0tta6bl4-metrics" },
            requiredAuthenticationRefs: [
                { group: "policy.linkerd.io", kind: "NetworkAuthentication", name: "staging-x0tta6bl4-metrics" },
            ],
        });
    });

    it("admit nobody to the API where nobody may call it", () => {
        const closed = { networkPolicy: { httpFromNamespaces: [], httpFromPods: [] } };
        const objects = serviceMeshObjects(joinedArgs({ type: "linkerd" }, closed));
        assert.deepEqual(
            objects.filter(({ name }) => name.endsWith("-http")).map(({ kind }) => kind),
            ["Server"],
        );
    });

    it("guard one port once where the app serves its metrics on the http port", () => {
        const objects = serviceMeshObjects(
            joinedArgs({ type: "linkerd", metrics: "meshed" }, { ports: { metrics: 8000 } }),
        );
        assert.deepEqual(
            objects.filter(({ kind }) => kind === "Server").map(({ name }) => name),
            ["staging-x0tta6bl4-http"],
        );
        assert.match(JSON.stringify(objects), /"namespace":"monitoring"/);
    });

    it("are none while mTLS is permissive: a Server would refuse the callers outside", () => {
        assert.deepEqual(serviceMeshObjects(joinedArgs({ type: "linkerd", mtls: "permissive" })), []);
    });
});

describe("Service mesh: NetworkPolicies", () => {
    const policies = (serviceMesh: object, mesh: object = {}) =>
        serviceMeshPolicySpecs(joinedArgs({ ...serviceMesh }, { ...mesh }));

    it("are none without a mesh", () => {
        assert.deepEqual(policies({ type: "none" }), {});
    });

    it("open the way to istiod and to the sidecars' metrics; traffic keeps its port", () => {
        assert.deepEqual(policies({ type: "istioSidecar" }), {
            "allow-service-mesh-control-plane": {
                podSelector: APP,
                policyTypes: ["Egress"],
                egress: [
                    {
                        to: [{ ...named("istio-system"), podSelector: { matchLabels: { app: "istiod" } } }],
                        ports: [tcp(15_012)],
                    },
                ],
            },
            "allow-service-mesh-metrics": {
                podSelector: APP,
                policyTypes: ["Ingress"],
                ingress: [{ from: [PROMETHEUS], ports: [tcp(15_020), tcp(15_090)] }],
            },
        });
    });

    it("open 15008 both ways in ambient, for the peers that may come anyway, and the kubelet's probes", () => {
        assert.deepEqual(policies({ type: "istioAmbient" }), {
            "allow-service-mesh": {
                podSelector: APP,
                policyTypes: ["Ingress", "Egress"],
                ingress: [{ from: [{ podSelector: APP }, ...CALLERS], ports: [tcp(15_008)] }],
                egress: [{ to: [{ podSelector: APP }], ports: [tcp(15_008)] }],
            },
            "allow-service-mesh-probes": {
                podSelector: {},
                policyTypes: ["Ingress"],
                ingress: [
                    {
                        from: [
                            { ipBlock: { cidr: "169.254.7.127/32" } },
                            { ipBlock: { cidr: "fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128" } },
                        ],
                    },
                ],
            },
        });
    });

    it("open 4143 for Linkerd's callers, its control plane and its metrics", () => {
        const specs = policies({ type: "linkerd" });
        assert.deepEqual(at(specs, "allow-service-mesh"), {
            podSelector: APP,
            policyTypes: ["Ingress"],
            ingress: [{ from: CALLERS, ports: [tcp(4_143)] }],
        });
        assert.deepEqual(at(specs, "allow-service-mesh-control-plane", "egress"), [
            { to: [named("linkerd")], ports: [tcp(8_086), tcp(8_080), tcp(8_090)] },
        ]);
        assert.deepEqual(at(specs, "allow-service-mesh-metrics", "ingress"), [
            { from: [PROMETHEUS], ports: [tcp(4_191)] },
        ]);
        const meshed = at(policies({ type: "linkerd", gossip: "meshed" }), "allow-service-mesh");
        assert.deepEqual(at(meshed, "egress"), [{ to: [{ podSelector: APP }], ports: [tcp(4_143)] }]);
    });

    it("let a Prometheus of the mesh come through it", () => {
        const specs = policies({ type: "istioAmbient", metrics: "meshed" });
        const from = at(specs, "allow-service-mesh", "ingress", 0, "from");
        assert.ok(Array.isArray(from));
        assert.deepEqual(from.at(-1), PROMETHEUS);
    });

    it("open the ways of other apps in the namespace and to pods elsewhere, but to no IP range", () => {
        const egress = [
            { name: "cache", podLabels: { app: "redis" }, ports: [{ port: 6379 }] },
            { name: "db", namespace: "data", ports: [{ port: 5432 }] },
            { name: "web", cidr: "0.0.0.0/0", ports: [{ port: 443 }] },
        ];
        const redis = { podSelector: { matchLabels: { app: "redis" } } };
        const ambient = policies({ type: "istioAmbient" }, { networkPolicy: { egress } });
        assert.deepEqual(at(ambient, "allow-service-mesh", "egress", 0, "to"), [
            { podSelector: APP },
            redis,
            named("data"),
        ]);
        assert.deepEqual(at(ambient, "allow-service-mesh-neighbor-cache"), {
            ...redis,
            policyTypes: ["Ingress", "Egress"],
            ingress: [{ from: [{ podSelector: APP }, redis], ports: [tcp(15_008)] }],
            egress: [{ to: [redis], ports: [tcp(15_008)] }],
        });
        // A sidecar beside Redis needs istiod, or it is never ready.
        const sidecar = policies({ type: "istioSidecar" }, { networkPolicy: { egress } });
        assert.deepEqual(at(sidecar, "allow-service-mesh-neighbor-cache", "policyTypes"), ["Egress"]);
        assert.deepEqual(at(sidecar, "allow-service-mesh-neighbor-cache", "egress", 0, "ports"), [tcp(15_012)]);
    });

    it("keep every policy of the original ports", () => {
        const before = networkPolicySpecs(joinedArgs({ type: "none" }));
        for (const type of JOINED_TYPES) {
            assert.deepEqual(networkPolicySpecs(joinedArgs({ type })), before);
        }
    });

    it("never open a port to everybody", () => {
        for (const type of JOINED_TYPES) {
            for (const [name, policy] of Object.entries(policies({ type }))) {
                for (const rule of [at(policy, "ingress", 0), at(policy, "egress", 0)]) {
                    const peers = at(rule, "from") ?? at(rule, "to");
                    assert.ok(rule === undefined || (Array.isArray(peers) && peers.length > 0), `${type} ${name}`);
                }
            }
        }
    });
});
