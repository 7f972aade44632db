import assert from "node:assert/strict";
import { clockFindings } from "../../../preflight/cluster/clock";
import { extensionFindings, resourceOf } from "../../../preflight/cluster/extensions";
import { flavourFindings } from "../../../preflight/cluster/flavour";
import { networkFindings } from "../../../preflight/cluster/network";
import { nodeFindings } from "../../../preflight/cluster/nodes";
import { storageFindings } from "../../../preflight/cluster/storage";
import { versionFindings } from "../../../preflight/cluster/version";
import type { ClusterFacts } from "../../../preflight/facts";
import { flavourOf } from "../../../preflight/flavour";
import type { Plan } from "../../../preflight/plan";
import type { CheckFinding } from "../../../preflight/report";
import { daemonSet, facts, named, node, stackOf } from "../../support/clusterFacts";

/** Findings as `status detail`. */
const told = (findings: readonly CheckFinding[]) =>
    findings.map(({ status, detail }) => `${status} ${detail}`).join("\n");

const EMPTY: Plan = { objects: [], charts: [], claims: [], csiDrivers: [], images: [] };
/** Settings of a stack's own file. */
const settingsOf = async (stack: string) => (await stackOf(stack)).settings;

describe("Check of the version", () => {
    for (const [minor, expected] of [
        [26, /^fail v1\.26\.0 is too old: 1\.27 is the oldest/],
        [27, /^warn v1\.27\.0 is supported; below 1\.33 SPIRE agents need nodes\/proxy/],
        [33, /^ok v1\.33\.0$/],
    ] as const) {
        it(`checks 1.${minor}`, () => {
            const version = { major: 1, minor, text: `v1.${minor}.0` };
            assert.match(told(versionFindings(facts({ version }))), expected);
        });
    }
});

describe("Flavour of a cluster", () => {
    for (const [flavour, changed] of [
        ["embedded", { annotations: { "kwok.x-k8s.io/node": "fake" } }],
        ["k3s", { kubelet: "v1.33.1+k3s1" }],
        ["rke2", { kubelet: "v1.33.1+rke2r1" }],
        ["kind", { providerID: "kind://docker/x/x-control-plane" }],
        ["minikube", { labels: { "minikube.k8s.io/name": "x" } }],
        ["eks", { kubelet: "v1.33.1-eks-1234" }],
        ["gke", { kubelet: "v1.33.1-gke.100" }],
        ["aks", { labels: { "kubernetes.azure.com/cluster": "x" } }],
        ["unknown", {}],
    ] as const) {
        it(`is ${flavour} by its nodes`, () => {
            assert.equal(flavourOf({ nodes: [node("n1", changed)] }), flavour);
        });
    }

    it("is k3d where k3s runs in containers", () => {
        assert.equal(flavourOf({ nodes: [node("k3d-x-server-0", { kubelet: "v1.33.1+k3s1" })] }), "k3d");
    });

    it("is compared with the settings of monitoring", async () => {
        const settings = await settingsOf("staging");
        const kind = facts({ nodes: [node("n1", { providerID: "kind://x" })] });
        const as = (clusterFlavour: "kind" | "k3s" | "gke" | "managed") => ({
            ...settings,
            monitoring: { ...settings.monitoring, clusterFlavour },
        });
        assert.match(told(flavourFindings(kind, as("k3s"))), /^warn kind, but monitoring\.clusterFlavour is k3s/);
        assert.match(told(flavourFindings(kind, as("kind"))), /^ok kind/);
        const gke = facts({ nodes: [node("n1", { kubelet: "v1.33.1-gke.100" })] });
        assert.match(told(flavourFindings(gke, as("managed"))), /^warn gke, but monitoring\.clusterFlavour is managed/);
        assert.match(told(flavourFindings(gke, as("gke"))), /^ok gke/);
        const eks = flavourFindings(facts({ nodes: [node("n1", { kubelet: "v1.33.1-eks-1" })] }), as("managed"));
        assert.match(told(eks), /^ok eks/);
    });
});

describe("Check of storage classes", () => {
    const plain = [{ ...named("slow"), provisioner: "p" }];

    it("passes with one default", () => {
        assert.equal(told(storageFindings(facts(), [undefined])), "ok standard (p)");
    });

    it("fails without a default that a volume needs, and says how to make one", () => {
        const [finding] = storageFindings(facts({ storageClasses: plain }), [undefined]);
        assert.equal(finding?.status, "fail");
        assert.match(finding.fix ?? "", /^kubectl patch storageclass slow --type merge --patch '\{"metadata"/);
    });

    it("needs no default where every volume names its class", () => {
        assert.match(told(storageFindings(facts({ storageClasses: plain }), ["slow"])), /^ok none, and no volume/);
    });

    it("fails at a class that is not there", () => {
        assert.match(told(storageFindings(facts(), ["fast"])), /fail the settings name fast, .*\(it has: standard\)/);
    });
});

describe("Check of CSI drivers and custom resources", () => {
    const driver = { group: "storage.k8s.io", kind: "CSIDriver", name: "csi.spiffe.io" };
    const crd = {
        group: "apiextensions.k8s.io",
        kind: "CustomResourceDefinition",
        name: "clusterspiffeids.spire.spiffe.io",
    };
    const custom = { group: "spire.spiffe.io", kind: "ClusterSPIFFEID", name: "mesh" };

    it("passes when the stack creates what it uses", () => {
        const plan = { ...EMPTY, objects: [driver, crd, custom], csiDrivers: ["csi.spiffe.io"] };
        assert.doesNotMatch(told(extensionFindings(facts(), plan)), /fail|warn/);
    });

    it("fails at a driver and a kind that nothing provides", () => {
        const plan = { ...EMPTY, objects: [custom], csiDrivers: ["csi.spiffe.io"] };
        const text = told(extensionFindings(facts(), plan));
        assert.match(text, /fail volumes of csi\.spiffe\.io are mounted/);
        assert.match(text, /fail the stack creates objects of clusterspiffeids\.spire\.spiffe\.io/);
        const there = { csiDrivers: [named("csi.spiffe.io")], crds: [named("clusterspiffeids.spire.spiffe.io")] };
        assert.doesNotMatch(told(extensionFindings(facts(there), plan)), /fail/);
    });

    it("warns before a Helm release's objects are taken over", () => {
        const crds = [named("clusterspiffeids.spire.spiffe.io", { "meta.helm.sh/release-name": "spire-crds" })];
        const text = told(extensionFindings(facts({ crds }), { ...EMPTY, objects: [crd] }));
        assert.match(text, /warn an update takes over objects of Helm releases: .*\(release spire-crds\)/);
    });

    it("knows the resource names of kinds", () => {
        const kinds = ["Deployment", "NetworkPolicy", "Ingress", "StorageClass", "ClusterSPIFFEID", "CSIDriver"];
        const names = [
            "deployments",
            "networkpolicies",
            "ingresses",
            "storageclasses",
            "clusterspiffeids",
            "csidrivers",
        ];
        assert.deepEqual(kinds.map(resourceOf), names);
    });
});

describe("Check of NetworkPolicies", () => {
    for (const [what, changes, expected] of [
        ["Calico", { daemonSets: [daemonSet("calico-node")] }, /^ok enforced by calico-node/],
        ["Cilium beside flannel", { daemonSets: [daemonSet("kube-flannel-ds"), daemonSet("cilium")] }, /^ok .*cilium/],
        ["flannel alone", { daemonSets: [daemonSet("kube-flannel-ds")] }, /^warn kube-flannel-ds does not enforce/],
        [
            "a new kindnet",
            { daemonSets: [daemonSet("kindnet", "kindest/kindnetd:v20250214-ab")] },
            /^ok enforced by kindnet/,
        ],
        [
            "an old kindnet",
            { daemonSets: [daemonSet("kindnet", "kindest/kindnetd:v20230511-ab")] },
            /^warn kindnet does not/,
        ],
        [
            "AWS VPC CNI with its agent",
            { daemonSets: [daemonSet("aws-node", "x", ["--enable-network-policy=true"])] },
            /^ok enforced by aws-node/,
        ],
        ["AWS VPC CNI without", { daemonSets: [daemonSet("aws-node")] }, /^warn aws-node does not enforce/],
        ["k3s", { nodes: [node("n", { kubelet: "v1.33.1+k3s1" })] }, /^ok enforced by k3s itself, unless/],
        ["an unknown plugin", { daemonSets: [daemonSet("my-net")] }, /^warn unknown whether they are enforced/],
        ["DaemonSets that may not be seen", { daemonSets: undefined }, /^warn unknown.*cannot list DaemonSets/],
    ] as const satisfies readonly (readonly [string, Partial<ClusterFacts>, RegExp])[]) {
        it(`checks ${what}`, () => {
            assert.match(told(networkFindings(facts(changes))), expected);
        });
    }
});

describe("Check of nodes", () => {
    it("fails when SPIRE's servers find no node each: taints and nodes that are down do not count", async () => {
        const taints = [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }];
        const nodes = [node("a", { taints }), node("b"), node("c"), node("d", { ready: false })];
        const prod = await settingsOf("prod");
        assert.match(told(nodeFindings(facts({ nodes }), prod)), /fail 2 of 4 accept pods, but 3 are needed/);
        assert.match(
            told(nodeFindings(facts({ nodes }), await settingsOf("staging"))),
            /warn 3 of 4 are Ready; not Ready: d/,
        );
    });

    it("fails when no node takes pods, and says which are down", async () => {
        const nodes = [node("a", { ready: false }), node("b", { ready: false })];
        const [finding] = nodeFindings(facts({ nodes }), await settingsOf("staging"));
        assert.deepEqual(finding, {
            status: "fail",
            name: "Nodes",
            detail: "0 of 2 accept pods, but 1 is needed; not Ready: a, b",
            fix: "kubectl describe node a",
        });
    });

    it("warns without zones where pods are spread by them, with the command that sets one", async () => {
        const nodes = ["a", "b", "c"].map((name) => node(name, { labels: { "kubernetes.io/hostname": name } }));
        const findings = nodeFindings(facts({ nodes }), await settingsOf("prod"));
        const zone = findings.find(({ name }) => name === "Node label zone");
        assert.equal(zone?.status, "warn");
        assert.equal(zone.fix, "kubectl label node a topology.kubernetes.io/zone=<zone>");
        assert.doesNotMatch(told(nodeFindings(facts({ nodes }), await settingsOf("staging"))), /warn|fail/);
    });

    it("fails once at a cluster without nodes", () => {
        assert.equal(told(nodeFindings(facts({ nodes: [] }), undefined)), "fail the cluster has no nodes");
    });

    it("warns at an architecture without SPIRE images", () => {
        const nodes = [node("a", { architecture: "s390x" })];
        assert.match(told(nodeFindings(facts({ nodes }), undefined)), /warn SPIRE has no image for s390x of a/);
    });
});

describe("Check of clocks", () => {
    const NOW = Date.parse("2026-01-01T00:00:00Z");
    const renewed = (secondsAgo: number) => ({ renewals: new Map([["n1", new Date(NOW - secondsAgo * 1000)]]) });

    for (const [aheadMs, expected] of [
        [1_500, /^ok within 3 s/],
        [-5_000, /^warn 5 s behind this machine's/],
        [12_000, /^fail 12 s ahead of this machine's/],
    ] as const) {
        it(`checks an API server that is ${aheadMs / 1000} s ahead`, () => {
            assert.match(told(clockFindings(facts({ clockAheadMs: aheadMs }), NOW)), expected);
        });
    }

    for (const [secondsAgo, expected] of [
        [4, /ok at most 3 s ahead/],
        [12, /ok at most 3 s ahead/],
        [-6, /warn n1 is at least 6 s ahead of the API server/],
        [-15, /fail n1 is at least 15 s ahead of/],
        [17, /warn n1 is at least 7 s behind/],
        [40, /fail n1 is at least 30 s behind the API server, or does not renew its lease; SPIRE tolerates 10 s/],
    ] as const) {
        it(`checks a node that stamped its lease ${secondsAgo} s ago`, () => {
            assert.match(told(clockFindings(facts(renewed(secondsAgo)), NOW)), expected);
        });
    }

    for (const [what, changes, expected] of [
        ["no nodes", { nodes: [] }, "skip the cluster has no nodes"],
        ["neither nodes nor leases", { nodes: [], renewals: undefined }, "skip the cluster has no nodes"],
        ["nodes that have not renewed a lease", {}, "skip no node has renewed its lease yet"],
        ["nodes that may not be listed", { nodes: undefined }, "skip these credentials cannot list nodes"],
        [
            "leases that may not be listed",
            { renewals: undefined },
            "skip these credentials cannot list the leases of the nodes",
        ],
    ] as const) {
        it(`cannot judge a cluster with ${what}, and says why`, () => {
            assert.ok(told(clockFindings(facts(changes), NOW)).includes(expected));
        });
    }

    it("measures nodes by the API server's clock, not by this machine's", () => {
        assert.match(told(clockFindings(facts({ clockAheadMs: 60_000, ...renewed(-60) }), NOW)), /ok at most 3 s/);
    });
});
