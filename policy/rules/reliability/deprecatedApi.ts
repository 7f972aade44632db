import { violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";
import { removalOf } from "../../kubernetes/removed";
import { k8sVersion, minorOf } from "../../kubernetes/version";

/** The cluster rejects objects of a removed API version. */
export const deprecatedApi = defineObjectRule({
    id: "deprecated-api",
    title: "API versions are current",
    description: "No object may use an API version that was removed.",
    severity: "high",
    level: "mandatory",
    remediation: ["Use the newer version that the message names, and check the fields that changed."],
    url: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
    example: {
        bad: `
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { namespace: shop, name: web }
spec: { maxUnavailable: 1 }`,
        good: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { namespace: shop, name: web }
spec: { maxUnavailable: 1 }`,
    },
    kinds: "any",
    options: { k8sVersion },
    *check({ object, group, version = "", kind }, options) {
        const removal = removalOf(group, version, kind);
        if (removal === undefined || removal.since > minorOf(options.k8sVersion)) {
            return;
        }
        yield violation(
            object.at("apiVersion"),
            `is ${group}/${version}, which was removed in Kubernetes 1.${removal.since}`,
            removal.instead === "" ? "There is no other version: remove the object." : `Use ${removal.instead}.`,
        );
    },
});
