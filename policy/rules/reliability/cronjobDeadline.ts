import { violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";

/** Without a deadline, a CronJob that missed 100 starts never starts again. */
export const cronjobDeadline = defineObjectRule({
    id: "cronjob-deadline",
    title: "CronJobs have a starting deadline",
    description: "Every CronJob must set a starting deadline.",
    severity: "low",
    level: "disabled",
    remediation: ["Set spec.startingDeadlineSeconds, e.g. to the time between two runs."],
    url: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline",
    example: {
        bad: `
apiVersion: batch/v1
kind: CronJob
metadata: { namespace: shop, name: web }
spec: { schedule: "@daily" }`,
        good: `
apiVersion: batch/v1
kind: CronJob
metadata: { namespace: shop, name: web }
spec: { schedule: "@daily", startingDeadlineSeconds: 600 }`,
    },
    kinds: ["CronJob.batch"],
    options: {},
    *check({ object, partial }) {
        const field = object.at("spec", "startingDeadlineSeconds");
        if (partial || field.number() !== undefined) {
            return;
        }
        yield violation(field, "is unset", "Set a number of seconds.");
    },
});
