import type { Finding } from "../engine/finding";
import { identify } from "../engine/identity";
import type { Subject } from "./subject";

/** Finding for a field whose evaluation depends on an unknown field of another object. */
export function undeterminedBy({ kind, object, fallbackName }: Subject, path: string): Finding {
    const { display } = identify(kind, object, fallbackName);
    return { type: "undetermined", path: `${path} of ${display}`, problem: "is not known yet", fix: "" };
}
