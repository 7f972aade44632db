import type { Field } from "../engine/field";
import { readPolicySelector, selectsAll } from "./selector";
import type { Subject } from "./subject";

/** Kind of the network policies. */
export const POLICY = "NetworkPolicy.networking.k8s.io";

/**
 * What a policy means for all pods of its namespace in a direction: it denies what no policy allows, it allows everything,
 * or it says nothing about all of them.
 */
export function stanceOf(policy: Subject, direction: string): "denies" | "opens" | "neither" {
    const spec = policy.object.at("spec");
    const [rules, peers] = direction === "Egress" ? [spec.at("egress"), "to"] : [spec.at("ingress"), "from"];
    const types = spec.at("policyTypes").strings();
    // Without types a policy is for Ingress, and for Egress where it has such rules.
    const covered = types.length > 0 ? types.includes(direction) : direction === "Ingress" || rules.items().length > 0;
    if (!covered || !selectsAll(readPolicySelector(policy))) {
        return "neither";
    }
    return rules.items().some((rule) => allowsAll(rule, peers)) ? "opens" : "denies";
}

/** Whether a rule allows every peer on every port. */
function allowsAll(rule: Field, peers: string): boolean {
    return rule.at(peers).items().length === 0 && rule.at("ports").items().length === 0;
}
