import type { Finding } from "../engine/finding";
import { identify } from "../engine/identity";
import type { Subject } from "./subject";

/** What is said where the answer depends on a place in another object that is not known yet. */
export function undeterminedBy({ kind, object, fallbackName }: Subject, path: string): Finding {
    const { display } = identify(kind, object, fallbackName);
    return { type: "undetermined", path: `${path} of ${display}`, problem: "is not known yet", fix: "" };
}
