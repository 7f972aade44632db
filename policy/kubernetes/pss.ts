import { pattern } from "../engine/options";
import { LATEST, VERSION_NAME } from "./version";

/** Version of the Pod Security Standards that a rule implements. */
export const pssVersion = pattern(
    LATEST,
    "Version of the Pod Security Standards, e.g. v1.31, as in the label enforce-version of a namespace.",
    "latest or a version such as v1.31",
    VERSION_NAME,
);
