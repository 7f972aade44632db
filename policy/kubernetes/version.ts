import { pattern } from "../engine/options";

/** A minor version of Kubernetes: 1.25 is 25. */
export type Minor = number;

/** The newest version. */
export const LATEST = "latest";

/** Version names: {@link LATEST}, or e.g. `v1.31`. */
export const VERSION_NAME = /^(?:latest|v1\.\d{1,3})$/;

/** Target version of Kubernetes. */
export const k8sVersion = pattern(
    LATEST,
    "Version of Kubernetes of the cluster, e.g. v1.31.",
    "latest or a version such as v1.31",
    VERSION_NAME,
);

/** The minor version of a {@link VERSION_NAME}; infinity for the newest. */
export function minorOf(version: string): Minor {
    return version === LATEST ? Infinity : Number(version.slice("v1.".length));
}
