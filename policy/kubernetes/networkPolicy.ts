import type { Field } from "../engine/field";
import { readPolicySelector, selectsAll } from "./selector";
import type { Subject } from "./subject";

/** Kind of a NetworkPolicy. */
export const POLICY = "NetworkPolicy.networking.k8s.io";

/**
 * Effect of a policy on all pods of its namespace in a direction: default deny, allow all, or none because it does not
 * select all pods.
 */
export function stanceOf(policy: Subject, direction: string): "denies" | "opens" | "neither" {
    const spec = policy.object.at("spec");
    const [rules, peers] = direction === "Egress" ? [spec.at("egress"), "to"] : [spec.at("ingress"), "from"];
    const types = spec.at("policyTypes").strings();
    // Without policyTypes a policy applies to Ingress, and to Egress if it has egress rules.
    const covered = types.length > 0 ? types.includes(direction) : direction === "Ingress" || rules.items().length > 0;
    if (!covered || !selectsAll(readPolicySelector(policy))) {
        return "neither";
    }
    return rules.items().some((rule) => allowsAll(rule, peers)) ? "opens" : "denies";
}

/** Whether a rule allows all peers on all ports. */
function allowsAll(rule: Field, peers: string): boolean {
    return rule.at(peers).items().length === 0 && rule.at("ports").items().length === 0;
}
