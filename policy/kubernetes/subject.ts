import { Field } from "../engine/field";
import { each, judge, type Finding } from "../engine/finding";
import type { Rendering } from "./rendering";
import { podTemplates } from "./custom";
import { elementKind, groupKindOf, isCustom, templateKeys, type GroupKind } from "./kinds";
import { withoutOwned } from "./owners";
import type { Workload } from "./workload";

/** An object to evaluate, of unknown shape. */
export interface Source extends GroupKind {
    /** The object as plain JSON. May have any content. */
    readonly body: unknown;
    /** Whether it is a patch: unset fields are decided elsewhere, so only fields that are set are evaluated. */
    readonly partial?: boolean;
    /** Name for messages when the object has no known name. */
    readonly fallbackName?: string;
    /** Source of the object for messages, e.g. a chart template. Default: not shown. */
    readonly origin?: string;
    /** Stack of the object. Default: none. */
    readonly stack?: string;
    /** Properties of the provider of a Helm release, which lead to its cluster. May hold secrets. Default: not known. */
    readonly provider?: object;
    /** What became of the chart, for a Helm release. Default: it was not rendered. */
    readonly rendering?: Rendering;
}

/** One object, never a list. */
export interface Subject extends GroupKind {
    /** Whether it is a patch; see {@link Source.partial}. */
    readonly partial: boolean;
    /** See {@link Source.fallbackName}. */
    readonly fallbackName?: string;
    /** See {@link Source.origin}. */
    readonly origin?: string;
    /** See {@link Source.stack}. */
    readonly stack?: string;
    /** See {@link Source.rendering}. */
    readonly rendering?: Rendering;
    /** The body of its source. */
    readonly source: unknown;
    /** The whole object. */
    readonly object: Field;
    /** Its pods or pod templates: at most one, except in custom resources. */
    readonly workloads: readonly Workload[];
    /** Parts that may contain pods but cannot be read. */
    readonly unreadable: readonly Finding[];
}

/** The objects in a source. */
export interface Subjects {
    /** One object, or one for each element of a list. */
    readonly subjects: readonly Subject[];
    /** Fields that cannot be read, e.g. a list that is not known yet. */
    readonly unreadable: readonly Finding[];
}

/** Objects by source, since every rule needs them. */
const known = new WeakMap<Source, Subjects>();

/** The objects in a source of any kind. Elements of lists have paths from the list's root. */
export function subjectsOf(source: Source): Subjects {
    const before = known.get(source);
    if (before !== undefined) {
        return before;
    }
    const subjects: Subject[] = [];
    const unreadable = [...judge(() => collect(source, new Field(source.body), subjects))];
    // An export of a cluster is one list, which includes objects created by controllers.
    const found = { subjects: withoutOwned(subjects, ({ object }) => object), unreadable };
    known.set(source, found);
    return found;
}

function* collect(source: Source, root: Field, into: Subject[]): Generator<Finding> {
    const element = elementKind(source);
    if (element !== undefined && root.at("items").isSet()) {
        yield* each(root.at("items").items(), (item) => collect(elementSource(source, element, item), item, into));
        return;
    }
    if (element === "any") {
        return;
    }
    const { group, version, kind, partial = false, fallbackName, origin, stack, rendering, body } = source;
    const found = workloadsIn(source, root);
    into.push({
        group,
        version,
        kind,
        partial,
        fallbackName,
        origin,
        stack,
        rendering,
        source: body,
        object: root,
        ...found,
    });
}

function workloadsIn(source: Source, root: Field): Pick<Subject, "workloads" | "unreadable"> {
    const { kind, partial = false } = source;
    const keys = templateKeys(source);
    if (keys !== undefined) {
        const template = root.at(...keys);
        const workload = { kind, partial, custom: false, object: root, template, pod: template.at("spec") };
        return { workloads: [workload], unreadable: [] };
    }
    return isCustom(source.group) ? podTemplates(source, root) : { workloads: [], unreadable: [] };
}

function elementSource(list: Source, element: GroupKind | "any", item: Field): Source {
    const own = () => groupKindOf(item.at("apiVersion").string() ?? "", item.at("kind").string() ?? "");
    return { ...list, ...(element === "any" ? own() : element) };
}
