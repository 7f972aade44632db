import type { Field } from "../engine/field";

/** A resource of the API, or a subresource like `pods/exec`. */
export interface ApiResource {
    /** API group; the core group is the empty string. */
    readonly group: string;
    /** Name in the plural. */
    readonly resource: string;
}

/** Whether an entry in the `resources` of a role stands for a resource, as the authorizer of Kubernetes reads it. */
export function standsFor(entry: string, resource: string): boolean {
    if (entry === "*" || entry === resource) {
        return true;
    }
    const slash = resource.indexOf("/");
    return slash >= 0 && entry === `*${resource.slice(slash)}`;
}

/** Whether an entry in the `nonResourceURLs` of a role stands for every URL; a star elsewhere than at the end is none. */
export function standsForEveryUrl(entry: string): boolean {
    return /^\/?\*+$/.test(entry);
}

/** Whether a rule of a role is for an API group. */
export function isForGroup(rule: Field, group: string): boolean {
    return rule
        .at("apiGroups")
        .strings()
        .some((entry) => entry === "*" || entry === group);
}

/** Whether a rule of a role is for a resource, with whatever verbs. */
export function isForResource(rule: Field, { group, resource }: ApiResource): boolean {
    const entries = rule.at("resources").strings();
    return isForGroup(rule, group) && entries.some((entry) => standsFor(entry, resource));
}
