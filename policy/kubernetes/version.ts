import { pattern } from "../engine/options";

/** A version of Kubernetes as a number: 1.25 is 25. */
export type Minor = number;

/** The newest version, whatever it is. */
export const LATEST = "latest";

/** The names of a version: {@link LATEST}, or one like `v1.31`. */
export const VERSION_NAME = /^(?:latest|v1\.\d{1,3})$/;

/** Version of Kubernetes that the objects are for. */
export const k8sVersion = pattern(
    LATEST,
    "Version of Kubernetes that the objects are for, e.g. v1.31.",
    "latest or a version like v1.31",
    VERSION_NAME,
);

/** The minor version that a name of {@link VERSION_NAME} stands for; infinity for the newest. */
export function minorOf(version: string): Minor {
    return version === LATEST ? Infinity : Number(version.slice("v1.".length));
}
