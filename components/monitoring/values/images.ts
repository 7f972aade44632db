import type { Values } from "./types";

/** An image's digest as most of the chart's values take it: the hex digits alone. */
export function sha(digest: string | undefined): Values {
    return digest === undefined ? {} : { image: { sha: digest.replace("sha256:", "") } };
}
