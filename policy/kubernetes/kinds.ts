import { isBuiltIn } from "./builtIn";

/** Location of the pod template of a kind. */
interface TemplateLocation {
    /** API groups that have served the kind; the core group is the empty string. */
    readonly groups: readonly string[];
    /** Keys from the root to the template, the parent of `metadata` and `spec`. */
    readonly template: readonly string[];
}

/** Every built-in kind that creates pods. */
const WORKLOAD_KINDS: Readonly<Record<string, TemplateLocation>> = {
    Pod: { groups: [""], template: [] },
    PodTemplate: { groups: [""], template: ["template"] },
    ReplicationController: { groups: [""], template: ["spec", "template"] },
    ReplicaSet: { groups: ["apps", "extensions"], template: ["spec", "template"] },
    Deployment: { groups: ["apps", "extensions"], template: ["spec", "template"] },
    DaemonSet: { groups: ["apps", "extensions"], template: ["spec", "template"] },
    StatefulSet: { groups: ["apps"], template: ["spec", "template"] },
    Job: { groups: ["batch"], template: ["spec", "template"] },
    CronJob: { groups: ["batch"], template: ["spec", "jobTemplate", "spec", "template"] },
};

/** Names of the workload kinds. */
export const WORKLOAD_KIND_NAMES: readonly string[] = Object.keys(WORKLOAD_KINDS);

/** Kinds whose pods run to completion. */
export const JOB_KINDS: readonly string[] = ["Job", "CronJob"];

/** API group and kind of an object. */
export interface GroupKind {
    /** API group; the core group is the empty string. */
    readonly group: string;
    /** Version in the group, e.g. `v1beta1`. Default: not known. */
    readonly version?: string;
    /** Kind, e.g. `Deployment` or `DeploymentList`. */
    readonly kind: string;
}

/** Group, version and kind from the fields of a manifest, e.g. `apps/v1` and `Deployment`. */
export function groupKindOf(apiVersion: string, kind: string): GroupKind {
    const slash = apiVersion.indexOf("/");
    return { group: slash < 0 ? "" : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind };
}

/** Kind and group as one name, e.g. `Deployment.apps`; the kind alone for the core group. */
export function kindName({ group, kind }: GroupKind): string {
    return group === "" ? kind : `${kind}.${group}`;
}

/**
 * Keys from the root of an object to its pod template; `undefined` when it has none. Independent of the API version.
 */
export function templateKeys({ group, kind }: GroupKind): readonly string[] | undefined {
    const location = Object.hasOwn(WORKLOAD_KINDS, kind) ? WORKLOAD_KINDS[kind] : undefined;
    return location?.groups.includes(group) ? location.template : undefined;
}

/** A Helm release in Pulumi; its objects are in its chart. */
export const RELEASE = { group: "helm.sh", kind: "Release" } as const;

/** Whether objects of a group are custom resources, whose schema is defined by their operator. */
export function isCustom(group: string): boolean {
    return !isBuiltIn(group) && group !== RELEASE.group;
}

/**
 * The kind of the elements of a list, e.g. `Deployment` for `DeploymentList`. `"any"` for the kind `List`, whose
 * elements may differ; `undefined` when it is not a list of built-in objects.
 */
export function elementKind({ group, version, kind }: GroupKind): GroupKind | "any" | undefined {
    if (!kind.endsWith("List") || isCustom(group)) {
        return undefined;
    }
    if (group === "" && kind === "List") {
        return "any";
    }
    return { group, version, kind: kind.slice(0, -"List".length) };
}
