import { z } from "zod";
import { pooled } from "../../process/pooled";
import type { Send } from "../../kube/request";
import type { Plan } from "../plan";
import type { CheckFinding } from "../report";
import { resourceOf } from "./extensions";

/** A permission. */
export interface NeededPermission {
    /** Verb, e.g. `create`. */
    readonly verb: string;
    /** API group; empty for the core. */
    readonly group: string;
    /** Resource, e.g. `deployments`. */
    readonly resource: string;
    /** Namespace; `undefined`: the whole cluster. */
    readonly namespace?: string;
}

/** Verbs that Pulumi uses over the lifetime of an object. */
const VERBS = ["create", "get", "list", "watch", "patch", "delete"];

/** What Pulumi reads while it waits for pods: their ReplicaSets, themselves, their events. */
const WAITED_FOR = [
    { group: "apps", resource: "replicasets" },
    { group: "", resource: "pods" },
    { group: "", resource: "events" },
    { group: "discovery.k8s.io", resource: "endpointslices" },
];

/** What the monitoring chart creates in its namespace. */
const CHART_KINDS = [
    ["", "configmaps", "secrets", "serviceaccounts", "services"],
    ["apps", "daemonsets", "deployments"],
    ["rbac.authorization.k8s.io", "rolebindings", "roles"],
    ["monitoring.coreos.com", "alertmanagers", "prometheuses", "prometheusrules", "servicemonitors"],
] as const;

/** Cluster-wide objects that the monitoring chart creates. */
const CHART_CLUSTER_KINDS = [
    ["admissionregistration.k8s.io", "mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
    ["apiextensions.k8s.io", "customresourcedefinitions"],
    ["rbac.authorization.k8s.io", "clusterrolebindings", "clusterroles"],
] as const;

/** Number of concurrent requests. */
const AT_A_TIME = 16;

/** Maximum namespaces or permissions in a message. */
const MOST_SHOWN = 8;

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Every permission that an update of a stack needs. */
export function neededPermissions({ objects, charts }: Plan): NeededPermission[] {
    const own = objects.map(({ group, kind, namespace }) => ({ group, resource: resourceOf(kind), namespace }));
    const ofCharts = charts.flatMap((namespace) => [
        ...resources(CHART_KINDS).map((target) => ({ ...target, namespace })),
        ...resources(CHART_CLUSTER_KINDS).map((target) => ({ ...target, namespace: undefined })),
    ]);
    const made = [...own, ...ofCharts].flatMap((target) => VERBS.map((verb) => ({ verb, ...target })));
    const namespaces = new Set(objects.flatMap(({ namespace }) => namespace ?? []));
    const read = [...namespaces].flatMap((namespace) =>
        WAITED_FOR.flatMap((target) => ["get", "list", "watch"].map((verb) => ({ verb, ...target, namespace }))),
    );
    const all = [...made, ...read].map((permission) => [JSON.stringify(permission), permission] as const);
    return [...new Map(all).values()];
}

/** Each resource with its group, from lists of a group and its resources. */
function resources(lists: readonly (readonly [string, ...string[]])[]) {
    return lists.flatMap(([group, ...names]) => names.map((resource) => ({ group, resource })));
}

/**
 * Do these credentials have every permission that an update needs? Asks the API server for each, and changes nothing.
 */
export async function permissionFindings(send: Send, plan: Plan): Promise<CheckFinding[]> {
    const name = "Permissions";
    const everything = { verb: "*", group: "*", resource: "*" };
    if ((await isAllowed(send, everything)) === true) {
        return [{ status: "ok", name, detail: "all, as a cluster administrator" }];
    }
    const needed = neededPermissions(plan);
    const answers = await pooled(needed, AT_A_TIME, (permission) => isAllowed(send, permission));
    const missing = needed.filter((_, index) => answers[index] === false);
    if (answers.includes(undefined)) {
        return [{ status: "skip", name, detail: "the API server does not answer SelfSubjectAccessReviews" }];
    }
    if (missing.length > 0) {
        return [
            {
                status: "fail",
                name,
                detail: `${missing.length} of ${needed.length} are missing: ${listed(missing)}`,
                fix: "request them, e.g.: kubectl create clusterrolebinding x0tta6bl4 --clusterrole cluster-admin --user <you>",
            },
        ];
    }
    return [{ status: "ok", name, detail: `all ${needed.length} that the stack needs` }, await roleFinding(send)];
}

/** A user can only grant permissions that they hold, unless they may escalate. */
async function roleFinding(send: Send): Promise<CheckFinding> {
    const name = "Permission to create roles";
    const escalate = { verb: "escalate", group: "rbac.authorization.k8s.io", resource: "clusterroles" };
    return (await isAllowed(send, escalate)) === true
        ? { status: "ok", name, detail: "any" }
        : {
              status: "warn",
              name,
              detail: "only roles with permissions that you hold yourself; an update may fail at those of SPIRE",
              fix: "kubectl auth can-i escalate clusterroles",
          };
}

async function isAllowed(
    send: Send,
    { verb, group, resource, namespace }: NeededPermission,
): Promise<boolean | undefined> {
    const { status, object } = await send("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { verb, group, resource, namespace } },
    });
    return status === 201 ? reviewSchema.safeParse(object).data?.status.allowed : undefined;
}

/** Permissions in the words of `kubectl auth can-i`, verbs of one resource together. */
function listed(permissions: readonly NeededPermission[]): string {
    const resources = new Map<string, Set<string>>();
    for (const { verb, group, resource } of permissions) {
        const key = group === "" ? resource : `${resource}.${group}`;
        resources.set(key, (resources.get(key) ?? new Set()).add(verb));
    }
    const all = [...resources].map(([resource, verbs]) => `${[...verbs].join("/")} ${resource}`);
    const rest = all.length - MOST_SHOWN;
    return [...all.slice(0, MOST_SHOWN), ...(rest > 0 ? [`${rest} further resources`] : [])].join(", ");
}
