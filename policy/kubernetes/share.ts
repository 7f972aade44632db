import { MalformedField, type Field } from "../engine/field";

/** A number of pods, or a percentage of them. */
export interface Share {
    /** The number, an integer of 0 or more. */
    readonly number: number;
    /** Whether it is a percentage. */
    readonly percent: boolean;
}

/** Reads a number of pods or a percentage; `undefined` when unset. Throws when it is neither. */
export function readShare(field: Field): Share | undefined {
    const value = field.value();
    if (value === undefined) {
        return undefined;
    }
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
        return { number: value, percent: false };
    }
    const [, digits] = typeof value === "string" ? (/^(\d{1,9})%$/.exec(value) ?? []) : [];
    if (digits !== undefined) {
        return { number: Number(digits), percent: true };
    }
    throw new MalformedField(field, "must be a whole number of at least 0, or a percentage like 50%");
}

/** The number of pods for a share of a total; Kubernetes rounds percentages up. */
export function shareOf({ number, percent }: Share, pods: number): number {
    return percent ? Math.ceil((number * pods) / 100) : number;
}
