import { FieldError, type Field } from "../engine/field";
import { judge, type Finding } from "../engine/finding";
import { findPods } from "./customSearch";
import { kindName, type GroupKind } from "./kinds";
import { DELEGATING, MAKING_PODS } from "./podMakers";
import type { Workload } from "./workload";

/** Location of a pod template in a custom resource. */
interface CustomTemplate {
    /** Keys from the root to the parent of `metadata` and `spec`. */
    readonly template: readonly string[];
    /** Whether the operator fills in unset fields, so that only fields that are set can be evaluated. */
    readonly overlay?: boolean;
}

/** Custom resources whose pod templates cannot be recognized by their shape alone. */
const KNOWN: Readonly<Record<string, CustomTemplate>> = {
    "Rollout.argoproj.io": { template: ["spec", "template"] },
    "Service.serving.knative.dev": { template: ["spec", "template"] },
    "Configuration.serving.knative.dev": { template: ["spec", "template"] },
    "Revision.serving.knative.dev": { template: [] },
    "Prometheus.monitoring.coreos.com": { template: [], overlay: true },
    "PrometheusAgent.monitoring.coreos.com": { template: [], overlay: true },
    "Alertmanager.monitoring.coreos.com": { template: [], overlay: true },
    "ThanosRuler.monitoring.coreos.com": { template: [], overlay: true },
};

/** Groups whose controllers fill in unset fields of the pods, so that only fields that are set can be evaluated. */
const OVERLAY_GROUPS: readonly string[] = [
    "argoproj.io",
    "tekton.dev",
    "serving.kserve.io",
    "sparkoperator.k8s.io",
    "flink.apache.org",
];

/** Groups whose controllers generate names for unnamed containers. */
const NAMING_GROUPS: readonly string[] = [...OVERLAY_GROUPS, "serving.knative.dev"];

/** Keys of texts that hold a manifest or a patch of a pod, e.g. in Argo Workflows. */
const TEXT_KEYS: readonly string[] = ["podSpecPatch", "manifest", "podTemplateFile"];

/** Whether every container of a kind must have a name: some controllers generate one. */
export function demandsNames(group: string): boolean {
    return !NAMING_GROUPS.includes(group);
}

/** Pod templates in a custom resource: at the known path, else everything shaped like one. */
export function podTemplates(
    type: GroupKind & { readonly partial?: boolean },
    object: Field,
): { readonly workloads: readonly Workload[]; readonly unreadable: readonly Finding[] } {
    const { partial = false } = type;
    const base = { kind: type.kind, custom: true, object };
    const name = kindName(type);
    const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
    if (known !== undefined) {
        const template = object.at(...known.template);
        // A Rollout may refer to a Deployment instead, which is evaluated separately.
        if (known.overlay !== true && !isPresent(template.at("spec"))) {
            return { workloads: [], unreadable: [] };
        }
        const pod = template.at("spec");
        return { workloads: [{ ...base, partial: partial || known.overlay === true, template, pod }], unreadable: [] };
    }
    const overlay = partial || OVERLAY_GROUPS.includes(type.group);
    const workloads: Workload[] = [];
    const unreadable = [
        ...judge(() => {
            for (const { complete, ...found } of findPods(object)) {
                workloads.push({ ...base, ...found, partial: overlay || !complete });
            }
            return [];
        }),
    ];
    return { workloads, unreadable };
}

/** Parts of a custom resource that may create pods, but define them in a form that cannot be evaluated. */
export function unjudgedParts(type: GroupKind, object: Field): Field[] {
    const name = kindName(type);
    if (DELEGATING.has(name)) {
        return [object.at("spec")];
    }
    const found: Field[] = [];
    const search = (field: Field, depth: number): void => {
        if (depth > TEXT_DEPTH) {
            return;
        }
        for (const key of TEXT_KEYS) {
            const value = field.peek(key);
            // Any string may be a patch; a manifest names its kind.
            if (typeof value === "string" && (key === "podSpecPatch" || /\bkind["']?\s*:/.test(value))) {
                found.push(field.at(key));
            }
        }
        if (typeof field.peek("podSecurityContext") === "object" && field.peek("podSecurityContext") !== null) {
            found.push(field.at("podSecurityContext"));
        }
        for (const child of field.children()) {
            search(child, depth + 1);
        }
    };
    search(object.at("spec"), 0);
    const unseen = found.length === 0 && MAKING_PODS.has(name) && podTemplates(type, object).workloads.length === 0;
    return unseen ? [object.at("spec")] : found;
}

/** Depth to which strings are searched for. */
const TEXT_DEPTH = 12;

/** Whether a field is present, even if it cannot be read. */
function isPresent(field: Field): boolean {
    try {
        return field.isSet();
    } catch (error) {
        if (error instanceof FieldError) {
            return true;
        }
        throw error;
    }
}
