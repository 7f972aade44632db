import type { Field } from "../engine/field";
import { readSelector, selectsAll } from "./selector";
import type { Subject } from "./subject";

/** Kind of the network policies. */
export const POLICY = "NetworkPolicy.networking.k8s.io";

/** Whether a policy selects every pod of its namespace and allows only some of the traffic in a direction. */
export function isolates({ object }: Subject, direction: string): boolean {
    const spec = object.at("spec");
    const [rules, peers] = direction === "Egress" ? [spec.at("egress"), "to"] : [spec.at("ingress"), "from"];
    const types = spec.at("policyTypes").strings();
    // Without types a policy is for Ingress, and for Egress where it has such rules.
    const covered = types.length > 0 ? types.includes(direction) : direction === "Ingress" || rules.items().length > 0;
    if (!covered || !selectsAll(readSelector(spec.at("podSelector")))) return false;
    return !rules.items().some((rule) => allowsAll(rule, peers));
}

/** Whether a rule allows every peer on every port. */
function allowsAll(rule: Field, peers: string): boolean {
    return rule.at(peers).items().length === 0 && rule.at("ports").items().length === 0;
}
