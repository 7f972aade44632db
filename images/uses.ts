import { CannotRun } from "../errors";
import { type Field, FieldError } from "../policy/engine/field";
import { stackOfSources } from "../policy/evaluation/evaluateStack";
import { namespaceOf, nameOf, type Stack, type StackWorkload } from "../policy/kubernetes/stack";
import type { Subject } from "../policy/kubernetes/subject";
import type { MadeObject } from "../engine/sources";
import { operatedUses, operatorArguments } from "./operated";
import type { ImageUse, PlacelessUse, UseRole } from "./use";

/** What the pods of a stack use, and what cannot be told. */
export interface UsesFound {
    /** Every use, in the order of the objects. */
    readonly uses: readonly ImageUse[];
    /** What is missing, as sentences. */
    readonly notes: readonly string[];
}

/**
 * Every use of an image by the objects of a stack: containers of every kind, images as volumes, pods that the Prometheus
 * Operator makes, and the images in the operator's arguments.
 * @throws CannotRun that names the place that cannot be read.
 */
export function imageUses(made: readonly MadeObject[]): UsesFound {
    const components = new Map(made.map(({ source, component }) => [source.body, component]));
    const all = stackOfSources(made.map(({ source }) => source));
    const place = (subject: Subject) => ({
        component: components.get(subject.source) ?? "other",
        object: objectLabel(subject),
    });
    const pods = all.workloads.flatMap((item) =>
        readable(item.subject, () => podUses(item)).map((use) => ({ ...place(item.subject), ...use })),
    );
    const operated = all.subjects.map((subject) => {
        const { uses, notes } = readable(subject, () => operatedUses(subject, all));
        return { uses: uses.map((use) => ({ ...place(subject), ...use })), notes };
    });
    const told = argumentUses(all).map(({ subject, ...use }) => ({ ...place(subject), ...use }));
    return {
        uses: [...pods, ...operated.flatMap(({ uses }) => uses), ...told],
        notes: operated.flatMap(({ notes }) => notes),
    };
}

/** Kind, namespace and name of an object, for people. */
function objectLabel(subject: Subject): string {
    const { kind, fallbackName = "(unnamed)" } = subject;
    return `${kind} ${namespaceOf(subject) ?? ""}/${nameOf(subject) ?? fallbackName}`;
}

function podUses({ workload: { pod, steps = [], volumes = [] } }: StackWorkload): PlacelessUse[] {
    const containers = [...pod.at("containers").items(), ...steps].flatMap((field) => named(field, "container"));
    const inits = pod
        .at("initContainers")
        .items()
        .flatMap((field) =>
            named(field, field.at("restartPolicy").string() === "Always" ? "sidecar" : "init container"),
        );
    const debugging = pod
        .at("ephemeralContainers")
        .items()
        .flatMap((field) => named(field, "ephemeral container"));
    const mounted = [pod.at("volumes"), ...volumes].flatMap((list) =>
        list.items().flatMap((field) => named(field, "volume", field.at("image", "reference"))),
    );
    return [...inits, ...containers, ...debugging, ...mounted];
}

/** A container with its image; none where it has none, as in a patch that an operator completes. */
function named(field: Field, role: UseRole, image: Field = field.at("image")): PlacelessUse[] {
    const reference = image.string() ?? "";
    return reference === "" ? [] : [{ reference, name: field.at("name").string() ?? "", role, runs: true }];
}

/** Images in the arguments of an operator that no pod of the stack runs: those of pods that the stack does not ask for. */
function argumentUses(stack: Stack): (PlacelessUse & { readonly subject: Subject })[] {
    return operatorArguments(stack).map(({ subject, name, reference }) => ({
        ...{ subject, name, reference },
        role: "argument",
        runs: false,
    }));
}

function readable<T>(subject: Subject, read: () => T): T {
    try {
        return read();
    } catch (error) {
        if (error instanceof FieldError) {
            throw new CannotRun(
                `${objectLabel(subject)}: ${error.message}`,
                "npx x0 diff: it shows what the policies say about it",
            );
        }
        throw error;
    }
}
