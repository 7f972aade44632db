import type { Values } from "./types";

/** Values for an image's digest in the form that most of the chart's values expect: hex digits without `sha256:`. */
export function sha(digest: string | undefined): Values {
    return digest === undefined ? {} : { image: { sha: digest.replace("sha256:", "") } };
}
