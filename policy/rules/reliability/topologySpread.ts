import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { flag, texts, type OptionValues } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { selects, readSelector, readLabels } from "../../kubernetes/selector";
import type { Subject } from "../../kubernetes/subject";

/** Options of the object half and the stack half of the rule. */
export const spreadOptions = {
    keys: texts([], "Topology keys that must be used, e.g. topology.kubernetes.io/zone."),
    acceptAntiAffinity: flag(true, "Accept a podAntiAffinity instead of topologySpreadConstraints."),
};

/** Replicas on one node or in one zone fail together. */
export const topologySpread = defineObjectRule({
    id: "topology-spread",
    title: "Replicas are spread",
    description: "Replicas must be spread over nodes or zones.",
    severity: "low",
    level: "advisory",
    remediation: [
        "Add spec.template.spec.topologySpreadConstraints with a labelSelector that matches the pod's own labels.",
        "Or add a podAntiAffinity with such a selector.",
    ],
    url: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: app:1.0.0`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: web } }
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: { matchLabels: { app: web } }
      containers:
        - name: app
          image: app:1.0.0`,
    },
    kinds: ["Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps", "Deployment.extensions", "Rollout.argoproj.io"],
    options: spreadOptions,
    *check(subject, options) {
        const replicas = subject.object.at("spec", "replicas").number();
        // If unset, there is one replica, or an autoscaler decides.
        if (!subject.partial && replicas !== undefined && replicas > 1) {
            yield* checkSpread(subject, options);
        }
    },
});

/** Evaluates the pods of an object with several replicas. */
export function checkSpread(
    { workloads }: Subject,
    { keys, acceptAntiAffinity }: OptionValues<typeof spreadOptions>,
): readonly Finding[] {
    return each(workloads, function* ({ pod, template }) {
        const labels = readLabels(template.at("metadata", "labels"));
        const field = pod.at("topologySpreadConstraints");
        const spread = field.items();
        const terms = [...spread, ...(acceptAntiAffinity ? antiAffinityTerms(pod) : [])];
        const own = terms.filter((term) => {
            const selector = term.at("labelSelector");
            return selector.isSet() && selects(readSelector(selector), labels);
        });
        const used = own.map((term) => term.at("topologyKey").string() ?? "");
        const missing = keys.filter((key) => !used.includes(key));
        if (own.length === 0) {
            const problem = terms.length === 0 ? "is empty" : "selects none of the pod's own labels";
            yield violation(field, problem, "Add a constraint whose labelSelector matches the pod's own labels.");
        } else if (missing.length > 0) {
            yield violation(field, `lacks ${missing.join(", ")}`, "Add a constraint for each (option keys).");
        }
    });
}

/** The terms of a pod's anti-affinity, required or preferred. */
function antiAffinityTerms(pod: Field): Field[] {
    const rules = pod.at("affinity", "podAntiAffinity");
    return [
        ...rules.at("requiredDuringSchedulingIgnoredDuringExecution").items(),
        ...rules
            .at("preferredDuringSchedulingIgnoredDuringExecution")
            .items()
            .map((term) => term.at("podAffinityTerm")),
    ];
}
