import type { Field } from "../engine/field";

/** A resource of the API, or a subresource like `pods/exec`. */
export interface ApiResource {
    /** API group; the core group is the empty string. */
    readonly group: string;
    /** Plural name. */
    readonly resource: string;
}

/** Whether an entry in the `resources` of a role matches a resource, by the rules of the Kubernetes RBAC authorizer. */
export function standsFor(entry: string, resource: string): boolean {
    if (entry === "*" || entry === resource) {
        return true;
    }
    const slash = resource.indexOf("/");
    return slash >= 0 && entry === `*${resource.slice(slash)}`;
}

/** Whether an entry in the `nonResourceURLs` of a role matches every URL; a star is a wildcard only at the end. */
export function standsForEveryUrl(entry: string): boolean {
    return /^\/?\*+$/.test(entry);
}

/** Whether a rule of a role applies to an API group. */
export function isForGroup(rule: Field, group: string): boolean {
    return rule
        .at("apiGroups")
        .strings()
        .some((entry) => entry === "*" || entry === group);
}

/** Whether a rule of a role applies to a resource, with any verbs. */
export function isForResource(rule: Field, { group, resource }: ApiResource): boolean {
    const entries = rule.at("resources").strings();
    return isForGroup(rule, group) && entries.some((entry) => standsFor(entry, resource));
}
