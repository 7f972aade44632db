import assert from "node:assert/strict";
import { RULES } from "../../policy/rules";
import { evaluate } from "./fixtures";

describe("rbac-escalation", () => {
    const rule = RULES.find(({ id }) => id === "rbac-escalation")!;
    const judge = (group: string, resource: string, verbs: readonly string[], more: object = {}) =>
        evaluate(rule, {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "web" },
            rules: [{ apiGroups: [group], resources: [resource], verbs, ...more }],
        }).map(({ advisory }) => (advisory ? "advice" : "violation"));

    for (const [group, resource, verbs] of [
        ["", "persistentvolumes", ["create"]],
        ["certificates.k8s.io", "certificatesigningrequests/approval", ["update"]],
        ["admissionregistration.k8s.io", "validatingwebhookconfigurations", ["patch"]],
        ["admissionregistration.k8s.io", "validatingwebhookconfigurations", ["delete"]],
        ["admissionregistration.k8s.io", "mutatingwebhookconfigurations", ["deletecollection"]],
        ["admissionregistration.k8s.io", "validatingadmissionpolicybindings", ["delete"]],
        ["admissionregistration.k8s.io", "*", ["delete"]],
        ["apiregistration.k8s.io", "apiservices", ["create"]],
    ] as const) {
        it(`reports ${verbs.join()} of ${resource}`, () => {
            assert.deepEqual(judge(group, resource, verbs), ["violation"]);
        });
    }

    for (const [group, resource] of [
        ["", "pods"],
        ["apps", "deployments"],
        ["argoproj.io", "workflows"],
        ["tekton.dev", "taskruns"],
        ["keda.sh", "scaledjobs"],
    ] as const) {
        it(`advises about create of ${resource}`, () => {
            assert.deepEqual(judge(group, resource, ["create"]), ["advice"]);
        });
    }

    it("accepts reading, deleting what is no guard, and one guard by name", () => {
        assert.deepEqual(judge("admissionregistration.k8s.io", "validatingwebhookconfigurations", ["get", "list"]), []);
        assert.deepEqual(judge("", "persistentvolumes", ["delete"]), []);
        assert.deepEqual(judge("apiregistration.k8s.io", "apiservices", ["delete"]), []);
        const named = { resourceNames: ["web"] };
        assert.deepEqual(
            judge("admissionregistration.k8s.io", "validatingwebhookconfigurations", ["delete"], named),
            [],
        );
    });
});
