import { FieldError, MalformedField, type Field } from "../engine/field";
import { judge, type Finding } from "../engine/finding";
import { kindName, type GroupKind } from "./kinds";
import type { Workload } from "./workload";

/** Where a custom resource keeps a pod template. */
interface CustomTemplate {
    /** Keys from the root to what holds `metadata` and `spec`. */
    readonly template: readonly string[];
    /** Keys from the template to the pod's specification. Default: `spec`. */
    readonly pod?: readonly string[];
    /** Whether the operator fills in what is left out, so that only what is present can be judged. */
    readonly overlay?: boolean;
}

/** Custom resources whose pod templates do not show by their shape alone. */
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

/** Levels of nesting that are searched for a pod's specification. */
const SEARCH_DEPTH = 12;

/** Places that are searched: many times more than an object that fits into a cluster has. */
const SEARCH_PLACES = 200_000;

/** Pod templates in a custom resource: at the known place, else everything shaped like one. */
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
        // A Rollout may refer to a Deployment instead, which is judged itself.
        if (known.overlay !== true && !isPresent(template.at("spec"))) {
            return { workloads: [], unreadable: [] };
        }
        const pod = template.at(...(known.pod ?? ["spec"]));
        return { workloads: [{ ...base, partial: partial || known.overlay === true, template, pod }], unreadable: [] };
    }
    const workloads: Workload[] = [];
    const unreadable = [
        ...judge(() =>
            search(object, (pod, template) => {
                workloads.push({ ...base, partial, template, pod });
            }),
        ),
    ];
    return { workloads, unreadable };
}

/** Whether something is there, also when it can't be read. */
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

function* search(
    object: Field,
    found: (pod: Field, template: Field) => void,
    budget = { places: SEARCH_PLACES },
    field = object,
    parent = object,
    depth = 0,
): Generator<Finding> {
    if (budget.places-- <= 0) {
        throw new MalformedField(object, "has too many fields to be searched for pods");
    }
    if (depth > SEARCH_DEPTH) {
        return;
    }
    if (isPodSpec(field)) {
        found(field, parent);
        return;
    }
    for (const child of field.children()) {
        yield* search(object, found, budget, child, field, depth + 1);
    }
}

/** Whether a value is shaped like a pod's specification: it lists containers with name and image. */
function isPodSpec(field: Field): boolean {
    const containers = field.peek("containers");
    if (!Array.isArray(containers) || containers.length === 0) {
        return false;
    }
    return containers.every(
        (item: unknown) => typeof item === "object" && item !== null && "name" in item && "image" in item,
    );
}
