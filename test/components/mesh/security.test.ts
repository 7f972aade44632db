import assert from "node:assert/strict";
import { skipAnnotation } from "../../../policy/kubernetes/annotations";
import { RULES } from "../../../policy/rules";
import { at, only } from "../../support/program";
import { container, list, meshRun, podAnnotations, podSpec, record, run, STACKS } from "../../support/mesh";
import { EVERYTHING_OFF, EVERYTHING_ON, VARIANTS } from "../../support/meshVariants";
import { restrictedViolations } from "../../support/podSecurityStandard";

/** Annotations of the pod that exempt it from policies. */
async function exemptions(mesh: Record<string, unknown>, stack = "staging"): Promise<[string, unknown][]> {
    const annotations = Object.entries(podAnnotations(await meshRun(mesh, stack)));
    return annotations.filter(([key]) => key.startsWith("policy."));
}

/** It has a startup probe alone. */
const SIDECAR = ["liveness-probe", "readiness-probe"].map(
    (rule) => `policy.x0tta6bl4.mesh/skip.${rule}.wait-for-identity`,
);

describe("Mesh security", () => {
    for (const stack of STACKS) {
        it(`runs the pods of ${stack} as user, group and volume group 1000`, async () => {
            assert.deepEqual(at(podSpec(await run(stack)), "securityContext"), {
                runAsNonRoot: true,
                runAsUser: 1000,
                runAsGroup: 1000,
                fsGroup: 1000,
                fsGroupChangePolicy: "OnRootMismatch",
                seccompProfile: { type: "RuntimeDefault" },
            });
        });

        it(`leaves the container of ${stack} no capability, no escalation and a read-only root`, async () => {
            assert.deepEqual(at(container(await run(stack)), "securityContext"), {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
            });
        });

        it(`needs no policy exemption in ${stack} but those of the sidecar that waits for an identity`, async () => {
            assert.deepEqual(
                (await exemptions({}, stack)).map(([key]) => key),
                SIDECAR,
            );
            assert.deepEqual(await exemptions({ spireSocket: { waitForIdentity: false } }, stack), []);
        });
    }
});

describe("Mesh pods and Pod Security Standard restricted", () => {
    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`fit whenever the namespace enforces it: ${stack} with ${variant}`, async () => {
                const result = await run(stack, overrides);
                const labels = record(at(only(result, "Namespace").inputs, "metadata", "labels"));
                const restricted = labels["pod-security.kubernetes.io/enforce"] === "restricted";
                assert.equal(restrictedViolations(podSpec(result)).length === 0, restricted);
            });
        }
    }

    for (const [name, overrides] of [
        ["on", EVERYTHING_ON],
        ["off", EVERYTHING_OFF],
    ] as const) {
        it(`fit with everything ${name}`, async () => {
            assert.deepEqual(restrictedViolations(podSpec(await run("prod", overrides))), []);
        });
    }

    it("do not fit with a hostPath socket", async () => {
        const spec = podSpec(await run("staging", VARIANTS["a hostPath socket"]));
        assert.deepEqual(restrictedViolations(spec), ["volume spire-socket-host is a hostPath"]);
    });

    const broken: [string, Record<string, unknown>, Record<string, unknown>][] = [
        ["hostNetwork", { hostNetwork: true }, {}],
        ["hostPID", { hostPID: true }, {}],
        ["hostIPC", { hostIPC: true }, {}],
        ["pod runs as user 0", { securityContext: { runAsUser: 0 } }, {}],
        ["pod sets sysctls", { securityContext: { sysctls: [{ name: "a", value: "b" }] } }, {}],
        ["volume v is a hostPath", { volumes: [{ name: "v", hostPath: { path: "/" } }] }, {}],
        ["app may run as root", {}, { runAsNonRoot: undefined }],
        ["app runs as user 0", {}, { runAsUser: 0 }],
        ["app may escalate privileges", {}, { allowPrivilegeEscalation: undefined }],
        ["app does not drop ALL capabilities", {}, { capabilities: { drop: ["NET_RAW"] } }],
        ["app adds BPF", {}, { capabilities: { drop: ["ALL"], add: ["BPF", "NET_BIND_SERVICE"] } }],
        ["app has no seccomp profile", {}, { seccompProfile: { type: "Unconfined" } }],
        ["app is privileged", {}, { privileged: true }],
        ["app unmasks /proc", {}, { procMount: "Unmasked" }],
        ["app sets SELinux options", {}, { seLinuxOptions: { type: "spc_t" } }],
        ["app is unconfined by AppArmor", {}, { appArmorProfile: { type: "Unconfined" } }],
    ];
    const good = {
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
    };
    for (const [violation, pod, context] of broken) {
        it(`are checked by a function that finds: ${violation}`, () => {
            const spec = (securityContext: unknown) => ({ containers: [{ name: "app", securityContext }] });
            assert.deepEqual(restrictedViolations(spec(good)), []);
            assert.deepEqual(restrictedViolations({ ...spec({ ...good, ...context }), ...pod }), [violation]);
        });
    }

    it("are checked by a function that finds host ports, probe hosts and init containers", () => {
        const init = { name: "init", securityContext: { ...good, privileged: true } };
        const app = {
            name: "app",
            securityContext: good,
            ports: [{ hostPort: 80 }],
            livenessProbe: { httpGet: { host: "10.0.0.1" } },
        };
        assert.deepEqual(restrictedViolations({ initContainers: [init], containers: [app] }), [
            "init is privileged",
            "app has a host port",
            "app sends a probe or hook to 10.0.0.1",
        ]);
    });
});

describe("Mesh eBPF", () => {
    const ebpf = VARIANTS.eBPF;

    it("is off by default", async () => {
        const names = list(at(podSpec(await run("prod")), "volumes")).map((volume) => at(volume, "name"));
        assert.ok(!names.includes("bpf"));
    });

    it("adds exactly the capabilities BPF, NET_ADMIN and PERFMON and drops the rest", async () => {
        const context = at(container(await run("staging", ebpf)), "securityContext");
        assert.deepEqual(at(context, "capabilities"), { drop: ["ALL"], add: ["BPF", "NET_ADMIN", "PERFMON"] });
        assert.equal(at(context, "privileged"), undefined);
        assert.equal(at(context, "allowPrivilegeEscalation"), false);
        assert.equal(at(context, "readOnlyRootFilesystem"), true);
        assert.deepEqual(at(context, "seccompProfile"), { type: "RuntimeDefault" });
    });

    it("runs as root, which alone gets added capabilities, and says so", async () => {
        const result = await run("staging", ebpf);
        assert.equal(at(podSpec(result), "securityContext", "runAsUser"), 1000, "only the app's container is root");
        assert.equal(at(container(result), "securityContext", "runAsUser"), 0);
        assert.equal(at(container(result), "securityContext", "runAsNonRoot"), false);
    });

    it("mounts /sys/fs/bpf of the node", async () => {
        const result = await run("staging", ebpf);
        const named = (items: unknown) => list(items).find((item) => at(item, "name") === "bpf");
        assert.deepEqual(at(named(at(podSpec(result), "volumes")), "hostPath"), {
            path: "/sys/fs/bpf",
            type: "Directory",
        });
        assert.deepEqual(named(at(container(result), "volumeMounts")), { name: "bpf", mountPath: "/sys/fs/bpf" });
    });

    it("exempts its container and its host path, with the reasons, from the policies that they cannot meet", async () => {
        const found = Object.fromEntries(await exemptions({ ebpf: { enabled: true } }));
        const prefix = "policy.x0tta6bl4.mesh/skip.";
        assert.deepEqual(Object.keys(found).sort(), [
            `${prefix}capabilities-baseline.x0tta6bl4`,
            `${prefix}capabilities-restricted.x0tta6bl4`,
            `${prefix}host-path`,
            SIDECAR[0],
            SIDECAR[1],
            `${prefix}run-as-non-root.x0tta6bl4`,
            `${prefix}run-as-user-nonzero.x0tta6bl4`,
        ]);
        assert.match(String(found[`${prefix}run-as-non-root.x0tta6bl4`]), /eBPF.*root/);
        assert.match(String(found[`${prefix}host-path`]), /\/sys\/fs\/bpf/);
    });

    it("writes the exemption as the policy pack reads it", async () => {
        const ids = RULES.map(({ id }) => id);
        const containers = ["x0tta6bl4", "wait-for-identity"];
        const known = ids.flatMap((id) => [skipAnnotation(id), ...containers.map((name) => skipAnnotation(id, name))]);
        for (const [key] of await exemptions({ ebpf: { enabled: true } })) {
            assert.ok(known.includes(key), `${key} is none of ${known.join(", ")}`);
        }
    });
});
