import { violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";

/** Without a TTL, finished Jobs and their pods are never deleted. */
export const ttl = defineObjectRule({
    id: "ttl",
    title: "Finished Jobs are deleted",
    description: "Every Job must set a TTL after which it is deleted when finished.",
    severity: "low",
    level: "disabled",
    remediation: ["Set ttlSecondsAfterFinished on the Job, or on the template of the CronJob."],
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/",
    example: {
        bad: `
apiVersion: batch/v1
kind: Job
metadata: { namespace: shop, name: web }
spec: { backoffLimit: 2 }`,
        good: `
apiVersion: batch/v1
kind: Job
metadata: { namespace: shop, name: web }
spec: { ttlSecondsAfterFinished: 3600 }`,
    },
    kinds: ["Job.batch", "CronJob.batch"],
    options: {},
    *check({ object, kind, partial }) {
        const spec = kind === "CronJob" ? object.at("spec", "jobTemplate", "spec") : object.at("spec");
        const field = spec.at("ttlSecondsAfterFinished");
        if (partial || field.number() !== undefined) {
            return;
        }
        yield violation(field, "is unset", "Set a number of seconds.");
    },
});
