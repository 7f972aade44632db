import assert from "node:assert/strict";
import { goMemoryLimit } from "../../../components/shared/goMemory";
import { list, record, STACKS, text } from "../../support/mesh";
import { at, only, type ProgramRun } from "../../support/program";
import { podSpecOf, spireObjects, spireRun, workloads } from "../../support/spire";
import { SPIRE_CASES, SPIRE_VARIANTS } from "../../support/spireVariants";
import { restrictedViolations } from "../../support/podSecurityStandard";

/** All rules of Roles and ClusterRoles, as `group/resource[names]: verbs`, by the role's name. */
function permissions(run: ProgramRun): Record<string, string[]> {
    const roles = spireObjects(run).filter(({ type }) => /:(Cluster)?Role$/.test(type));
    return Object.fromEntries(
        roles.map(({ type, inputs }) => [
            `${type.endsWith("ClusterRole") ? "" : `${text(at(inputs, "metadata", "namespace"))}/`}${text(at(inputs, "metadata", "name"))}`,
            list(at(inputs, "rules")).map((rule) => {
                const words = (key: string) => list(at(rule, key)).join(",");
                const names = at(rule, "resourceNames") === undefined ? "" : ` [${words("resourceNames")}]`;
                return `${words("apiGroups")} ${words("resources")}${names}: ${words("verbs")}`;
            }),
        ]),
    );
}

/** RBAC rules that SPIRE may have: no more than its code uses. */
const ALLOWED: Record<string, string[]> = {
    "spire-server": ["authentication.k8s.io tokenreviews: create", " nodes,pods: get"],
    "spire-controller-manager": [
        " namespaces,nodes,pods,endpoints: get,list,watch",
        "spire.spiffe.io clusterspiffeids,clusterstaticentries,clusterfederatedtrustdomains: get,list,watch",
        "spire.spiffe.io clusterspiffeids/status,clusterstaticentries/status,clusterfederatedtrustdomains/status: get,patch,update",
    ],
    "spire-agent": [" nodes/pods: get"],
    "spire-system/spire-bundle": [" configmaps [spire-bundle]: get,create,patch"],
    "spire/spire-controller-manager": [
        "coordination.k8s.io leases: create",
        "coordination.k8s.io leases [spire-controller-manager]: get,update",
        " events: create,patch",
    ],
};

describe("SPIRE permissions", () => {
    for (const stack of STACKS) {
        it(`are exactly the allowed ones in ${stack}`, async () => {
            assert.deepEqual(permissions(await spireRun({}, stack)), ALLOWED);
        });
    }

    it("grow by cert-manager's requests only where it signs", async () => {
        const { "cert-manager/spire-cert-manager": added, ...others } = permissions(
            await spireRun(SPIRE_VARIANTS["mysql and cert-manager"]),
        );
        assert.deepEqual(added, ["cert-manager.io certificaterequests: get,list,create,delete"]);
        assert.deepEqual(others, ALLOWED);
    });

    it("let agents use nodes/proxy only where it is chosen", async () => {
        const run = await spireRun({ agent: { kubeletApi: "nodes/proxy" } });
        assert.deepEqual(permissions(run)["spire-agent"], [" nodes/proxy: get"]);
    });

    it("give the CSI driver and the OIDC provider no token", async () => {
        const run = await spireRun(SPIRE_VARIANTS["federation, OIDC and further identities"]);
        for (const [kind, name] of [
            ["DaemonSet", "spire-csi"],
            ["Deployment", "spire-oidc"],
        ] as const) {
            assert.equal(at(podSpecOf(run, kind, name), "automountServiceAccountToken"), false);
        }
    });
});

describe("SPIRE pods", () => {
    for (const [stack, variant, overrides] of SPIRE_CASES) {
        it(`of the server's namespace pass Pod Security restricted: ${stack} with ${variant}`, async () => {
            const run = await spireRun(overrides, stack);
            const home = at(only(run, "Namespace", "spire-home-namespace").inputs, "metadata");
            assert.equal(at(home, "labels", "pod-security.kubernetes.io/enforce"), "restricted");
            const pods = workloads(run).filter(
                ({ inputs }) => at(inputs, "metadata", "namespace") === at(home, "name"),
            );
            assert.ok(pods.length >= 1);
            for (const { inputs, name } of pods) {
                assert.deepEqual(restrictedViolations(at(inputs, "spec", "template", "spec")), [], name);
            }
        });

        it(`have limits, a memory limit for Go and a read-only root: ${stack} with ${variant}`, async () => {
            for (const { inputs, name } of workloads(await spireRun(overrides, stack))) {
                for (const container of list(at(inputs, "spec", "template", "spec", "containers"))) {
                    const limits = record(at(container, "resources", "limits"));
                    assert.deepEqual(Object.keys(limits).sort(), ["cpu", "memory"], name);
                    const requests = record(at(container, "resources", "requests"));
                    assert.deepEqual(Object.keys(requests).sort(), ["cpu", "memory"], name);
                    assert.equal(at(container, "securityContext", "readOnlyRootFilesystem"), true, name);
                    assert.deepEqual(at(container, "securityContext", "capabilities"), { drop: ["ALL"] }, name);
                    const limit = list(at(container, "env")).find((entry) => at(entry, "name") === "GOMEMLIMIT");
                    assert.equal(at(limit, "value"), goMemoryLimit(text(limits.memory)).value, name);
                }
            }
        });
    }

    it("of critical classes are let in by a quota before they are created, which GKE requires", async () => {
        const quotas = (run: ProgramRun) =>
            spireObjects(run)
                .filter(({ inputs }) => inputs.kind === "ResourceQuota")
                .map(({ inputs }) => [
                    at(inputs, "metadata", "namespace"),
                    at(inputs, "spec", "scopeSelector", "matchExpressions", 0, "values", 0),
                ]);
        for (const stack of STACKS) {
            const run = await spireRun({}, stack);
            assert.deepEqual(quotas(run), [
                ["spire", "system-cluster-critical"],
                ["spire-system", "system-node-critical"],
            ]);
            for (const [kind, name, priority] of [
                ["StatefulSet", "spire-server", "system-cluster-critical"],
                ["DaemonSet", "spire-agent", "system-node-critical"],
                ["DaemonSet", "spire-csi", "system-node-critical"],
            ] as const) {
                assert.equal(at(podSpecOf(run, kind, name), "priorityClassName"), priority);
            }
        }
        const own = { priorityClassName: "identity" };
        assert.deepEqual(quotas(await spireRun({ server: { scheduling: own }, agent: own })), []);
    });

    it("need no shell for their probes", async () => {
        for (const { inputs } of workloads(await spireRun())) {
            for (const container of list(at(inputs, "spec", "template", "spec", "containers"))) {
                for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
                    assert.equal(at(container, probe, "exec"), undefined);
                }
            }
        }
    });

    it("of the agents see the host's processes, but neither its network nor a privilege", async () => {
        const spec = podSpecOf(await spireRun(), "DaemonSet", "spire-agent");
        assert.equal(at(spec, "hostPID"), true);
        assert.equal(at(spec, "hostNetwork"), undefined);
        assert.equal(at(spec, "hostIPC"), undefined);
        const [container, ...others] = list(at(spec, "containers"));
        assert.deepEqual(others, []);
        assert.equal(at(container, "securityContext", "privileged"), undefined);
        assert.equal(at(container, "securityContext", "allowPrivilegeEscalation"), false);
    });

    it("are on every node, whatever its taints", async () => {
        for (const name of ["spire-agent", "spire-csi"]) {
            const spec = podSpecOf(await spireRun({}, "prod"), "DaemonSet", name);
            assert.deepEqual(at(spec, "tolerations"), [{ operator: "Exists" }]);
        }
    });

    it("mount of the host what each needs, and no more", async () => {
        const hostPaths = async (name: string, overrides = {}) =>
            list(at(podSpecOf(await spireRun(overrides), "DaemonSet", name), "volumes")).flatMap((volume) =>
                at(volume, "hostPath") === undefined ? [] : [text(at(volume, "hostPath", "path"))],
            );
        assert.deepEqual(await hostPaths("spire-agent"), ["/run/spire/sockets"]);
        assert.deepEqual(await hostPaths("spire-csi", { csi: { kubeletPath: "/var/snap/kubelet" } }), [
            "/run/spire/sockets",
            "/var/snap/kubelet/plugins/csi.spiffe.io",
            "/var/snap/kubelet/pods",
            "/var/snap/kubelet/plugins_registry",
        ]);
    });

    it("share process ids in their pod while the server audits, or it would refuse the controller manager", async () => {
        for (const auditLog of [true, false]) {
            const run = await spireRun({ server: { auditLog } }, "prod");
            const shared = at(podSpecOf(run, "StatefulSet", "spire-server"), "shareProcessNamespace");
            assert.equal(shared, auditLog ? true : undefined);
        }
    });

    it("of prod are spread and survive drains; staging is one small server", async () => {
        const prod = await spireRun({}, "prod");
        const spec = at(only(prod, "StatefulSet", "spire-server").inputs, "spec");
        assert.equal(at(spec, "replicas"), 3);
        assert.deepEqual(
            list(at(spec, "template", "spec", "topologySpreadConstraints")).map((each) => at(each, "topologyKey")),
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
        );
        assert.equal(at(spec, "template", "spec", "priorityClassName"), "system-cluster-critical");
        const budget = only(prod, "PodDisruptionBudget", "spire-server-disruption-budget");
        assert.equal(at(budget.inputs, "spec", "maxUnavailable"), 1);
        assert.equal(at(budget.inputs, "spec", "unhealthyPodEvictionPolicy"), "AlwaysAllow");

        const staging = await spireRun();
        const small = at(only(staging, "StatefulSet", "spire-server").inputs, "spec");
        assert.equal(at(small, "replicas"), 1);
        assert.deepEqual(at(small, "template", "spec", "containers", 0, "resources", "limits"), {
            cpu: "500m",
            memory: "128Mi",
        });
        assert.deepEqual(at(podSpecOf(staging, "DaemonSet", "spire-agent"), "containers", 0, "resources", "limits"), {
            cpu: "500m",
            memory: "64Mi",
        });
        assert.throws(() => only(staging, "PodDisruptionBudget", "spire-server-disruption-budget"));
    });

    it("keep data on a volume only where there is any", async () => {
        const claims = async (variant: string) =>
            at(
                only(await spireRun(SPIRE_VARIANTS[variant]), "StatefulSet", "spire-server").inputs,
                ...["spec", "volumeClaimTemplates"],
            );
        assert.equal(list(await claims("its file alone")).length, 1);
        // The file that identifies this server's keys in the KMS.
        assert.equal(list(await claims("mysql and cert-manager")).length, 1);
        assert.equal(await claims("postgres outside the cluster and memory keys below a chain"), undefined);
    });

    it("run mirrored images by digest", async () => {
        const run = await spireRun(SPIRE_VARIANTS["a mirror, digests and a kubelet CA in a ConfigMap"]);
        const spec = podSpecOf(run, "StatefulSet", "spire-server");
        assert.equal(
            at(spec, "containers", 0, "image"),
            `registry.example.com/mirror/spiffe/spire-server:1.15.3@sha256:${"a".repeat(64)}`,
        );
        assert.deepEqual(at(spec, "imagePullSecrets"), [{ name: "registry" }]);
    });

    it("of server and agents are of one release", async () => {
        const run = await spireRun({ version: "1.16.4" });
        for (const [kind, name] of [
            ["StatefulSet", "spire-server"],
            ["DaemonSet", "spire-agent"],
        ] as const) {
            assert.match(text(at(podSpecOf(run, kind, name), "containers", 0, "image")), /:1\.16\.4$/);
            assert.equal(at(only(run, kind, name).inputs, "metadata", "labels", "app.kubernetes.io/version"), "1.16.4");
        }
    });
});

describe("SPIRE of another stack", () => {
    it("is not created a second time, and the mesh comes up", async () => {
        const run = await spireRun({ enabled: false });
        assert.deepEqual(spireObjects(run), []);
        assert.equal(at(podSpecOf(run, "Deployment", "mesh"), "initContainers", 0, "name"), "wait-for-identity");
    });
});
