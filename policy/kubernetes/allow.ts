import type { Field } from "../engine/field";
import { globMatches } from "../engine/glob";

/** How to name the objects that a rule skips; for the description of an option. */
export const OBJECT_PATTERNS = "as namespace/name, or name where there is no namespace; * matches any characters";

/** Whether an object matches one of the patterns; see {@link OBJECT_PATTERNS}. */
export function allowedBy(patterns: readonly string[], object: Field): boolean {
    if (patterns.length === 0) {
        return false;
    }
    const name = object.at("metadata", "name").string();
    const namespace = object.at("metadata", "namespace").string();
    const full = namespace === undefined ? name : `${namespace}/${name ?? ""}`;
    return patterns.some((pattern) => globMatches(pattern, full));
}
