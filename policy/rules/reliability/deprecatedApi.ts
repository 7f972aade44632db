import { violation } from "../../engine/finding";
import { pattern } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { minorOf } from "../../kubernetes/pss";
import { removalOf } from "../../kubernetes/removed";

/** An API version that the cluster no longer has can not be created there. */
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
    options: {
        k8sVersion: pattern(
            "latest",
            "Version of Kubernetes that the objects are for, e.g. v1.31.",
            "latest or a version like v1.31",
            /^(?:latest|v1\.\d{1,3})$/,
        ),
    },
    *check({ object, group, version = "", kind }, { k8sVersion }) {
        const removal = removalOf(group, version, kind);
        if (removal === undefined || removal.since > minorOf(k8sVersion)) {
            return;
        }
        yield violation(
            object.at("apiVersion"),
            `is ${group}/${version}, which Kubernetes 1.${removal.since} has removed`,
            removal.instead === "" ? "There is no other version: remove the object." : `Use ${removal.instead}.`,
        );
    },
});
