import { forceNewFields } from "../../kube/immutableFields";
import { gvkOfToken } from "../../kube/kinds";
import { objectName, type Planned } from "../../engine/changes";
import { compare, isProperties, type Properties } from "../../engine/values";

/** Decision about a live object with the name of an object of the program. */
export interface Adoption {
    /** Kind and name. */
    readonly object: string;
    /** URN. */
    readonly urn: string;
    /** Its identifier in the state. */
    readonly id: string;
    /** Immutable property that differs; `undefined`: it can be imported. */
    readonly blocked?: string;
    /** Whether the program's object adopts the pods that a deleted one leaves. */
    readonly keepsPods: boolean;
    /**
     * Labels that the program's Service selects pods by, where the live one asks for these and more. Such a Service has
     * to select the pods of both before any is replaced.
     */
    readonly selector?: Properties;
}

/** As the stack's provider is set up (`preflight/index.ts`). */
const MUTABLE = { enableConfigMapMutable: true, enableSecretMutable: true };

/** Decides about one live object. */
export function adoptionOf(planned: Planned, live: Properties): Adoption {
    const { urn, type, inputs } = planned;
    const fields = forceNewFields(gvkOfToken(type), {}, MUTABLE);
    const blocked = fields.find((field) => {
        const wanted = at(inputs, field);
        return wanted !== undefined && compare(at(live, field), wanted).length > 0;
    });
    const [, id = ""] = objectName(planned).split(" ");
    return {
        object: objectName(planned),
        urn,
        id,
        blocked: blocked?.join("."),
        ...widerSelector(type, at(inputs, SELECTOR), at(live, SELECTOR)),
        keepsPods: isPart(at(inputs, ["spec", "selector", "matchLabels"]), at(live, POD_LABELS)),
    };
}

const SELECTOR = ["spec", "selector"];

const POD_LABELS = ["spec", "template", "metadata", "labels"];

function widerSelector(type: string, wanted: unknown, live: unknown): Pick<Adoption, "selector"> {
    const wider = type === "kubernetes:core/v1:Service" && isPart(wanted, live) && !isPart(live, wanted);
    return wider && isProperties(wanted) ? { selector: wanted } : {};
}

function at(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>((part, name) => (isProperties(part) ? part[name] : undefined), value);
}

/** Whether all labels of a selector are among the labels of pods. */
function isPart(selector: unknown, labels: unknown): boolean {
    return (
        isProperties(selector) &&
        isProperties(labels) &&
        Object.entries(selector).every(([name, value]) => labels[name] === value)
    );
}
