import assert from "node:assert/strict";
import { livenessProbe } from "../../policy/rules/probes/livenessProbe";
import { readinessProbe } from "../../policy/rules/probes/readinessProbe";
import { evaluate, location, set, violations, workload } from "./fixtures";

for (const [rule, probe] of [[livenessProbe, "livenessProbe"] as const, [readinessProbe, "readinessProbe"] as const]) {
    /** Evaluates a compliant object after changes below its pod specification. */
    const judge = (changes: Record<string, unknown>, options = {}, kind = "Deployment"): string[] => {
        const object = workload(kind);
        const { pod } = location(kind);
        for (const [path, value] of Object.entries(changes)) {
            set(object, `${pod}.${path}`, value);
        }
        return violations(evaluate(rule, object, { options })).map((path) => path.slice(pod.length + 1));
    };
    const field = `containers[0].${probe}`;

    describe(rule.id, () => {
        it("accepts probes on main and sidecar containers, and none on init and ephemeral ones", () => {
            assert.deepEqual(judge({}), []);
        });

        it("reports a container without one", () => {
            assert.deepEqual(judge({ [field]: undefined }), [field]);
            assert.deepEqual(judge({ [`containers[1].${probe}`]: null }), [`containers[1].${probe}`]);
        });

        it("reports a container of an Argo Rollout without one, and of no other custom resource", () => {
            const custom = (apiVersion: string, kind: string) => ({
                apiVersion,
                kind,
                metadata: { namespace: "shop", name: "web" },
                spec: { template: { spec: { containers: [{ name: "api", image: "a:1" }] } } },
            });
            const found = (...type: Parameters<typeof custom>) => violations(evaluate(rule, custom(...type)));
            assert.deepEqual(found("argoproj.io/v1alpha1", "Rollout"), [`spec.template.spec.${field}`]);
            assert.deepEqual(found("example.com/v1", "Task"), []);
        });

        it("reports a sidecar without one", () => {
            assert.deepEqual(judge({ [`initContainers[1].${probe}`]: undefined }), [`initContainers[1].${probe}`]);
        });

        for (const handler of ["httpGet", "tcpSocket", "exec", "grpc"]) {
            it(`accepts ${handler}`, () => {
                assert.deepEqual(judge({ [field]: { [handler]: {}, periodSeconds: 5 } }), []);
            });
        }

        it("demands exactly one handler", () => {
            assert.deepEqual(judge({ [field]: { periodSeconds: 5 } }), [field]);
            assert.deepEqual(judge({ [field]: { exec: {}, grpc: {} } }), [field]);
            assert.deepEqual(judge({ [field]: { exec: null, httpGet: {} } }), []);
        });

        for (const kind of ["Job", "CronJob"]) {
            it(`demands none in a ${kind}, unless configured`, () => {
                assert.deepEqual(judge({ [field]: undefined }, {}, kind), []);
                assert.deepEqual(judge({ [field]: undefined }, { kinds: [kind] }, kind), [field]);
            });
        }

        it("skips containers by name", () => {
            assert.deepEqual(judge({ [field]: undefined }, { skipContainers: ["a*"] }), []);
            assert.deepEqual(judge({ [field]: undefined }, { skipContainers: ["ap"] }), [field]);
        });

        it("says what to set", () => {
            const object = set(workload(), `spec.template.spec.${field}`, undefined);
            assert.equal(
                evaluate(rule, object)[0]?.message,
                `Deployment shop/web: container "api" (spec.template.spec.${field}) is unset. ` +
                    "Set one with httpGet, tcpSocket, exec or grpc.",
            );
        });
    });
}

describe("liveness-probe options", () => {
    it("accepts a startup probe in its place", () => {
        const object = workload("Pod");
        set(object, "spec.containers[0].livenessProbe", undefined);
        set(object, "spec.containers[0].startupProbe", { exec: {} });
        assert.deepEqual(violations(evaluate(livenessProbe, object)), ["spec.containers[0].livenessProbe"]);
        assert.deepEqual(violations(evaluate(livenessProbe, object, { options: { acceptStartup: true } })), []);
    });
});
