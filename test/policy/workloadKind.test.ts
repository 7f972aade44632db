import assert from "node:assert/strict";
import { RULES } from "../../policy/rules";
import { evaluate, KINDS } from "./fixtures";

describe("workload-kind", () => {
    const rule = RULES.find(({ id }) => id === "workload-kind")!;
    const judge = (apiVersion: string, kind: string) =>
        evaluate(rule, { apiVersion, kind, metadata: { namespace: "shop", name: "web" } });

    for (const [apiVersion, kind, path, fix] of [
        ["apps/v1", "Pod", "apiVersion", "Write apiVersion v1 with kind Pod."],
        ["batch/v1", "Cronjob", "kind", "Write kind CronJob."],
        ["v1", "Deployment", "apiVersion", "Write apiVersion apps/v1 with kind Deployment."],
        ["v1", "CronJob", "apiVersion", "Write apiVersion batch/v1 with kind CronJob."],
        ["Apps/v1", "Deployment", "apiVersion", "Write apiVersion apps/v1 with kind Deployment."],
        ["core/v1", "Pod", "apiVersion", "Write apiVersion v1 with kind Pod."],
        ["apps.k8s.io/v1", "StatefulSet", "apiVersion", "Write apiVersion apps/v1 with kind StatefulSet."],
        ["extensions/v1beta1", "Job", "apiVersion", "Write apiVersion batch/v1 with kind Job."],
        ["apps/v2", "Deployment", "apiVersion", "Write apiVersion apps/v1 with kind Deployment."],
        [
            "networking/v1",
            "NetworkPolicy",
            "apiVersion",
            "Write apiVersion networking.k8s.io/v1 with kind NetworkPolicy.",
        ],
        ["v1", "daemonset", "apiVersion", "Write apiVersion apps/v1 with kind DaemonSet."],
        ["rbac.authorization.k8s.io/v1", "Clusterrole", "kind", "Write kind ClusterRole."],
        ["networking.k8s.io/v2", "Ingress", "apiVersion", "Write apiVersion networking.k8s.io/v1 with kind Ingress."],
        [
            "networking.k8s.io/v1beta3",
            "NetworkPolicy",
            "apiVersion",
            "Write apiVersion networking.k8s.io/v1 with kind NetworkPolicy.",
        ],
        [
            "autoscaling/v3",
            "HorizontalPodAutoscaler",
            "apiVersion",
            "Write apiVersion autoscaling/v2 with kind HorizontalPodAutoscaler.",
        ],
        ["v2", "Service", "apiVersion", "Write apiVersion v1 with kind Service."],
        ["apps/v1", "Deployments", "kind", "Write kind Deployment."],
        ["apps/v1", "Deployment ", "kind", "Write kind Deployment."],
        ["batch/v1", "Cron-Job", "kind", "Write kind CronJob."],
        ["networking.k8s.io/v1", "NetworkPolicies", "kind", "Write kind NetworkPolicy."],
        ["job/v1", "Job", "apiVersion", "Write apiVersion batch/v1 with kind Job."],
        ["app/v1", "deployment", "apiVersion", "Write apiVersion apps/v1 with kind Deployment."],
        ["apps/", "Deployment", "apiVersion", "Write apiVersion apps/v1 with kind Deployment."],
    ] as const) {
        it(`reports ${apiVersion} ${kind}`, () => {
            const [outcome, ...rest] = judge(apiVersion, kind);
            assert.deepEqual(rest, []);
            assert.equal(outcome?.path, path);
            assert.equal(outcome.advisory, false);
            assert.ok(outcome.message.endsWith(fix), outcome.message);
        });
    }

    it("reports an advisory finding for an unknown kind in a group of Kubernetes", () => {
        assert.deepEqual(
            judge("apps/v1", "Thing").map(({ advisory }) => advisory),
            [true],
        );
    });

    it("accepts what exists, and every kind of other groups", () => {
        for (const [kind, { versions }] of Object.entries(KINDS)) {
            for (const apiVersion of versions) {
                assert.deepEqual(judge(apiVersion, kind), [], `${apiVersion} ${kind}`);
            }
        }
        for (const [apiVersion, kind] of [
            ["batch.volcano.sh/v1alpha1", "Job"],
            ["example.com/v1", "Deployment"],
            ["gateway.networking.k8s.io/v1", "HTTPRoute"],
            ["metrics.k8s.io/v1beta1", "PodMetrics"],
            ["helm.sh/v3", "Release"],
            ["policy/v1beta1", "PodDisruptionBudget"],
            ["rbac.authorization.k8s.io/v1alpha1", "Role"],
            ["autoscaling/v2beta2", "HorizontalPodAutoscaler"],
            ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
            // A possible future version.
            ["networking.k8s.io/v2alpha1", "Ingress"],
            ["autoscaling.k8s.io/v1", "VerticalPodAutoscaler"],
        ] as const) {
            assert.deepEqual(judge(apiVersion, kind), [], kind);
        }
    });
});
