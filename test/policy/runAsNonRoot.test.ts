import assert from "node:assert/strict";
import { runAsNonRoot } from "../../policy/rules/pss/runAsNonRoot";
import { evaluate, podSpec, set, violations, workload } from "./fixtures";

const POD = "spec.template.spec";
const KEY = "securityContext.runAsNonRoot";

/** Evaluates the compliant Deployment after changes below its pod specification. */
function judge(changes: Record<string, unknown>, options = {}): string[] {
    const object = workload();
    for (const [path, value] of Object.entries(changes)) {
        set(object, `${POD}.${path}`, value);
    }
    return violations(evaluate(runAsNonRoot, object, { options })).map((path) => path.slice(POD.length + 1));
}

describe("run-as-non-root", () => {
    it("accepts a pod default of true", () => {
        assert.deepEqual(judge({}), []);
    });

    it("accepts containers that all say true without a pod default", () => {
        const spec = podSpec();
        const lists = ["containers", "initContainers", "ephemeralContainers"];
        for (const [list, index] of [
            ...lists.map((name) => [name, 0] as const),
            ["containers", 1],
            ["initContainers", 1],
        ] as const) {
            set(spec, `${list}[${index}].${KEY}`, true);
        }
        assert.deepEqual(judge({ ...spec, securityContext: {} }), []);
    });

    it("reports every container of every list when nothing is set", () => {
        assert.deepEqual(judge({ securityContext: undefined }), [
            `containers[0].${KEY}`,
            `containers[1].${KEY}`,
            `initContainers[0].${KEY}`,
            `initContainers[1].${KEY}`,
            `ephemeralContainers[0].${KEY}`,
        ]);
    });

    it("treats null as unset", () => {
        assert.equal(judge({ [KEY]: null }).length, 5);
    });

    it("reports a container's false though the pod says true", () => {
        assert.deepEqual(judge({ [`containers[1].${KEY}`]: false }), [`containers[1].${KEY}`]);
        assert.deepEqual(judge({ [`ephemeralContainers[0].${KEY}`]: false }), [`ephemeralContainers[0].${KEY}`]);
    });

    it("reports a pod's false once, also if a container says true", () => {
        assert.deepEqual(judge({ [KEY]: false, [`containers[0].${KEY}`]: true }), [KEY]);
    });

    it("does not exempt Windows pods", () => {
        assert.equal(judge({ securityContext: undefined, "os.name": "windows" }).length, 5);
    });

    it("relaxes pods with a user namespace of their own, unless told otherwise", () => {
        const changes = { hostUsers: false, [KEY]: false, [`containers[0].${KEY}`]: false };
        assert.deepEqual(judge(changes), []);
        assert.deepEqual(judge({ ...changes, hostUsers: true }), [KEY, `containers[0].${KEY}`]);
        assert.deepEqual(judge(changes, { userNamespacesRelax: false }), [KEY, `containers[0].${KEY}`]);
    });

    it("accepts a user above 0 only by option, and never against an explicit false", () => {
        const changes = { securityContext: { runAsUser: 1000 } };
        assert.equal(judge(changes).length, 5);
        assert.deepEqual(judge(changes, { acceptNonZeroUser: true }), []);
        assert.deepEqual(
            judge({ ...changes, "containers[0].securityContext.runAsUser": 0 }, { acceptNonZeroUser: true }),
            [`containers[0].${KEY}`],
        );
        assert.deepEqual(judge({ ...changes, [`containers[0].${KEY}`]: false }, { acceptNonZeroUser: true }), [
            `containers[0].${KEY}`,
        ]);
    });

    it("demands a group above 0 only by option", () => {
        const options = { requireNonRootGroup: true };
        assert.equal(judge({}, options).length, 5);
        assert.deepEqual(judge({ "securityContext.runAsGroup": 1000 }, options), []);
        assert.deepEqual(
            judge({ "securityContext.runAsGroup": 1000, "containers[1].securityContext.runAsGroup": 0 }, options),
            ["containers[1].securityContext.runAsGroup"],
        );
    });

    it("names object, container, path, fault and fix", () => {
        const object = set(workload(), `${POD}.securityContext`, undefined);
        assert.equal(
            evaluate(runAsNonRoot, object)[0]?.message,
            'Deployment shop/web: container "api" (spec.template.spec.containers[0].securityContext.runAsNonRoot) is unset ' +
                "and the pod default is unset. Set spec.template.spec.securityContext.runAsNonRoot: true, or true on the container.",
        );
        set(object, `${POD}.${KEY}`, false);
        assert.equal(
            evaluate(runAsNonRoot, object)[0]?.message,
            "Deployment shop/web: spec.template.spec.securityContext.runAsNonRoot is false. " +
                "Set it to true, even if every container does so itself.",
        );
    });
});
