import { join } from "node:path";
import { type LocalPaths, localPaths, separatePaths } from "../../../process/paths";

/** Where the real node of a checkout keeps its files. */
export interface NodePaths extends LocalPaths {
    /** Image files. */
    readonly images: string;
    /** The project's own programs, built. */
    readonly programs: string;
    /** Configuration of containerd, kubelet and the like. */
    readonly config: string;
    /** What they write. */
    readonly data: string;
    /** Process id of the sandbox's first process, as seen from outside. */
    readonly pid: string;
}

/** Part of the end-to-end tests that the real node is, so that what they share works on its cluster. */
export const PART = "node";

/** Paths of the real node: beside the checkout's own embedded run, and in none of the machine's folders. */
export function nodePaths(): NodePaths {
    const paths = separatePaths(localPaths(), `e2e-${PART}`);
    const inside = (name: string) => join(paths.root, name);
    return {
        ...paths,
        images: inside("images"),
        programs: inside("programs"),
        config: inside("config"),
        data: inside("data"),
        pid: inside("pid"),
    };
}

/** Environment variable by which `--quiet` reaches the tests (min). */
export const QUIET_VARIABLE = "X0TTA6BL4_QUIET_MINUTES";
