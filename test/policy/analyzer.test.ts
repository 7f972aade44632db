import type { ResourceValidationPolicy } from "@pulumi/policy";
import assert from "node:assert/strict";
import { resourcePolicy } from "../../policy/crossguard/resourcePolicy";
import { analyze, analyzeRequest, secret, type Props } from "./analyzer";
import { container, set, setKeys, UNKNOWN, workload, CORE_RULES } from "./fixtures";

const POD = "spec.template.spec";
const POLICIES: ResourceValidationPolicy[] = CORE_RULES.map((rule) => resourcePolicy(rule));

/** Analyzes a Deployment with all rules. */
const judge = (object: object) => analyze(POLICIES, request(object));
const request = (object: object, type = "kubernetes:apps/v1:Deployment") =>
    analyzeRequest(type, "web", JSON.parse(JSON.stringify(object)) as Props);

describe("the pack behind the analyzer protocol", () => {
    it("finds nothing in a compliant Deployment", async () => {
        assert.deepEqual(await judge(workload()), []);
    });

    it("puts the description before the message, at the rule's level", async () => {
        assert.deepEqual(await judge(set(workload(), `${POD}.containers[1].readinessProbe`, undefined)), [
            {
                policy: "readiness-probe",
                level: "mandatory",
                message:
                    "Every long-running container must have a readiness probe.\n" +
                    `Deployment shop/web: container "proxy" (${POD}.containers[1].readinessProbe) is unset. ` +
                    "Set one with httpGet, tcpSocket, exec or grpc.",
            },
        ]);
    });

    it("evaluates the known containers next to an unknown one, with one remark per rule", async () => {
        const object = set(workload(), `${POD}.containers`, [UNKNOWN, { ...container("api"), resources: {} }]);
        const found = await judge(object);
        assert.deepEqual(
            found.filter(({ level }) => level === "mandatory").map(({ policy }) => policy),
            ["resource-requests", "resource-requests", "resource-limits"],
        );
        // One of them is advice: the missing limit for CPU.
        const advice = found.filter(
            ({ level, message }) => level === "advisory" && !message.includes("limits.cpu) is"),
        );
        assert.deepEqual(
            advice.map(({ policy }) => policy),
            CORE_RULES.map(({ id }) => id),
        );
        assert.doesNotMatch(JSON.stringify(found), /cannot run policy/);
    });

    it("sees through secrets and prints none", async () => {
        const object = workload();
        set(object, `${POD}.containers[0].resources.limits.memory`, secret("s3cret"));
        set(object, `${POD}.containers[0].securityContext`, secret({ runAsNonRoot: "s3cret" }));
        set(object, `${POD}.containers[1].env`, secret([{ name: "PASSWORD", value: "s3cret" }]));
        set(object, `${POD}.containers[1].livenessProbe`, secret({ exec: { command: ["s3cret"] }, grpc: {} }));
        const found = await judge(object);
        assert.deepEqual(
            found.map(({ policy }) => policy),
            ["run-as-non-root", "resource-limits", "liveness-probe"],
        );
        assert.doesNotMatch(JSON.stringify(found), /s3cret/);
    });

    it("reports an exception that is used as advisory", async () => {
        const object = set(workload(), `${POD}.containers[0].securityContext`, { runAsNonRoot: false });
        setKeys(object, ["metadata", "annotations", "policy.x0tta6bl4.mesh/skip.run-as-non-root.api"], "loads eBPF");
        const [found, ...others] = await judge(object);
        assert.equal(found?.level, "advisory");
        assert.match(found.message, /^Deployment shop\/web: exception for .*: loads eBPF \(metadata\.annotations/);
        assert.deepEqual(others, []);
    });

    it("survives every malformed object", async () => {
        for (const value of [null, 7, "text", [], [null], { containers: [null, 1, []] }]) {
            for (const path of ["metadata", "spec", "spec.template", POD, `${POD}.containers`]) {
                const found = await judge(set(workload(), path, value));
                assert.ok(path === "metadata" || found.length > 0, `${path} ${JSON.stringify(value)}`);
            }
        }
    });

    it("names the resource where the object has no name", async () => {
        const found = await judge({ spec: {} });
        assert.match(found[0]?.message ?? "", /\nDeployment web: spec\.template\.spec\.containers must list/);
    });

    it("leaves other resources alone", async () => {
        for (const type of [
            "kubernetes:core/v1:ConfigMap",
            "x0tta6bl4:mesh:MeshApp",
            "kubernetes:helm.sh/v3:Release",
        ]) {
            assert.deepEqual(await analyze(POLICIES, request({ spec: {} }, type)), []);
        }
    });
});
