import { pattern } from "../engine/options";

/** A version of Kubernetes as a number: 1.25 is 25. */
export type Minor = number;

/** The newest version, whatever it is. */
const LATEST = "latest";

/** Version of the Pod Security Standards that a rule follows. */
export const pssVersion = pattern(
    LATEST,
    "Version of the Pod Security Standards, e.g. v1.31, as in the label enforce-version of a namespace.",
    "latest or a version like v1.31",
    /^(?:latest|v1\.\d{1,3})$/,
);

/** The minor version that the option {@link pssVersion} names; infinity for the newest. */
export function minorOf(version: string): Minor {
    return version === LATEST ? Infinity : Number(version.slice("v1.".length));
}
