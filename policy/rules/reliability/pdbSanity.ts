import { judge, violation } from "../../engine/finding";
import { defineObjectRule } from "../../evaluation/rule";
import { readShare, type Share } from "../../kubernetes/share";

/** A budget that allows no eviction blocks every node upgrade; a budget that allows all protects nothing. */
export const pdbSanity = defineObjectRule({
    id: "pdb-sanity",
    title: "Disruption budgets allow some disruption",
    description: "A PodDisruptionBudget must allow some disruption and not all.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Set exactly one of spec.minAvailable and spec.maxUnavailable.",
        "Set maxUnavailable to at least 1, or minAvailable below the number of replicas.",
    ],
    url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    example: {
        bad: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { namespace: shop, name: web }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: web } } }`,
        good: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { namespace: shop, name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }`,
    },
    kinds: ["PodDisruptionBudget.policy"],
    options: {},
    *check({ object, partial }) {
        const spec = object.at("spec");
        const [least, most] = [spec.at("minAvailable"), spec.at("maxUnavailable")];
        if (least.isSet() && most.isSet()) {
            yield violation(most, "is set together with minAvailable", "Remove one of the two.");
        } else if (!least.isSet() && !most.isSet()) {
            if (!partial) {
                yield violation(spec, "sets neither minAvailable nor maxUnavailable", "Set one of the two.");
            }
        }
        yield* judge(function* () {
            const share = readShare(most);
            if (share?.number === 0) {
                yield violation(most, "is 0, which blocks every eviction", "Set it to 1 or more.");
            } else if (isWhole(share)) {
                yield violation(most, "is 100%, which allows every eviction", "Set it lower.");
            }
        });
        yield* judge(function* () {
            const share = readShare(least);
            if (isWhole(share)) {
                yield violation(least, "is 100%, which blocks every eviction", "Set it lower.");
            } else if (share?.number === 0) {
                yield violation(least, "is 0, which allows every eviction", "Set it to 1 or more.");
            }
        });
    },
});

/** Whether a share is all pods, whatever their number. */
function isWhole(share: Share | undefined): boolean {
    return share?.percent === true && share.number >= 100;
}
