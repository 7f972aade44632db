import { forceNewFields, isForceNew } from "../kube/immutableFields";
import { gvkOfToken } from "../kube/kinds";
import type { EngineStep } from "./events";
import type { Change } from "./report";
import { compare, detail, isProperties, type Properties, showable, valueAt } from "./values";

/** A resource of the program, without secrets. */
export interface Planned {
    /** URN. */
    readonly urn: string;
    /** Type, e.g. `kubernetes:apps/v1:Deployment`. */
    readonly type: string;
    /** Inputs without secrets. */
    readonly inputs: Properties;
}

/**
 * The resources of the program, without its components and providers. The steps of a replacement (`create-replacement`,
 * `replace`, `delete-replaced`) count as one resource, and a deletion as none.
 */
export function planned(steps: readonly EngineStep[]): Planned[] {
    const byUrn = new Map<string, Planned>();
    for (const { op, urn, type, new: wanted } of steps) {
        if (wanted?.custom === true && !type.startsWith("pulumi:") && !op.startsWith("delete")) {
            byUrn.set(urn, { urn, type, inputs: showable(type, wanted.inputs ?? {}) });
        }
    }
    return [...byUrn.values()];
}

/** Display name of a resource: kind and name of a Kubernetes object, else type and logical name. */
export function objectName({ urn, type, inputs }: Planned): string {
    const metadata = isProperties(inputs.metadata) ? inputs.metadata : {};
    const kind = type.split(":").at(-1) ?? type;
    const name = text(metadata.name) ?? text(inputs.name) ?? urn.split("::").at(-1) ?? urn;
    const namespace = text(metadata.namespace) ?? text(inputs.namespace);
    return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

/** Differences between the resources of two versions of the program; neither a state nor a cluster is read. */
export function compareVersions(before: readonly Planned[], after: readonly Planned[]): Change[] {
    const old = new Map(before.map((resource) => [resource.urn, resource]));
    const wanted = new Map(after.map((resource) => [resource.urn, resource]));
    const gone = before.filter(({ urn }) => !wanted.has(urn));
    const goneByName = new Map(gone.map((resource) => [`${resource.type} ${objectName(resource)}`, resource]));
    const moved = new Set<string>();
    const changes = after.flatMap((resource): Change[] => {
        const same = old.get(resource.urn);
        if (same !== undefined) {
            return changed(same, resource);
        }
        const object = objectName(resource);
        const former = goneByName.get(`${resource.type} ${object}`);
        if (former === undefined) {
            return [{ op: "create", object, details: [] }];
        }
        moved.add(former.urn);
        const path = "logical name";
        return [{ op: "move", object, details: [detail(path, logical(former.urn), logical(resource.urn))] }];
    });
    const deleted = gone
        .filter(({ urn }) => !moved.has(urn))
        .map((resource): Change => ({ op: "delete", object: objectName(resource), details: [] }));
    return sorted([...changes, ...deleted]);
}

/** Sorted, since the engine reports in parallel. */
function sorted(changes: readonly Change[]): Change[] {
    return [...changes].sort((a, b) => (a.object < b.object ? -1 : 1));
}

/** The part of a URN that the program decides: the types of the parents and the name. */
function logical(urn: string): string {
    return urn.split("::").slice(2).join("::");
}

function changed(before: Planned, after: Planned): Change[] {
    const details = compare(before.inputs, after.inputs);
    if (details.length === 0) {
        return [];
    }
    const op = details.some(({ path, after: value }) => replaces(after, path, value)) ? "replace" : "update";
    return [{ op, object: objectName(after), details }];
}

/** Whether a change at a path replaces the object. */
function replaces({ type, inputs }: Planned, path: string, value: string | undefined): boolean {
    if (!type.startsWith("kubernetes:")) {
        // Any change of a generated value replaces it.
        return type.startsWith("random:");
    }
    const fields = forceNewFields(gvkOfToken(type), { immutable: inputs.immutable === true }, MUTABLE);
    return isForceNew(path.replaceAll(/\[[^\]]*\]/g, "").split("."), value, fields);
}

/** As the stack's provider is configured (`preflight/index.ts`). */
const MUTABLE = { enableConfigMapMutable: true, enableSecretMutable: true };

/** Changes that an update of the stack would make, according to the engine and the state. */
export function changesOf(steps: readonly EngineStep[]): Change[] {
    const byUrn = new Map<string, Change>();
    for (const step of steps) {
        const op = OPERATIONS[step.op];
        if (op === undefined || step.type.startsWith("pulumi:") || !isCustom(step)) {
            continue;
        }
        const state = step.new ?? step.old;
        const object = objectName({ ...step, inputs: showable(step.type, state?.inputs ?? {}) });
        const details = op === "update" || op === "replace" ? detailsOf(step) : [];
        const known = byUrn.get(step.urn);
        // A replacement is reported in three steps.
        byUrn.set(
            step.urn,
            known?.op === "replace" && known.details.length >= details.length ? known : { op, object, details },
        );
    }
    return sorted([...byUrn.values()]);
}

const OPERATIONS: Readonly<Record<string, Change["op"]>> = {
    create: "create",
    update: "update",
    delete: "delete",
    replace: "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
};

function isCustom({ new: wanted, old }: EngineStep): boolean {
    return (wanted ?? old)?.custom === true;
}

function detailsOf({ type, old, new: wanted, detailedDiff }: EngineStep): Change["details"] {
    const inputs = showable(type, old?.inputs ?? {});
    const after = showable(type, wanted?.inputs ?? {});
    const paths = Object.keys(detailedDiff ?? {});
    if (paths.length === 0) {
        return compare(inputs, after);
    }
    const live = showable(type, old?.outputs ?? {});
    return paths.sort().map((path) => detail(path, valueAt(live, path) ?? valueAt(inputs, path), valueAt(after, path)));
}
