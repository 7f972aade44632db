import { join } from "node:path";
import type { LocalPaths } from "../../local/paths";

/** Paths of an embedded run beside the checkout's own, so that a test never touches what a user has running. */
export function separatePaths(paths: LocalPaths, name: string): LocalPaths {
    const root = join(paths.root, name);
    const moved = (path: string) => path.replace(paths.root, root);
    return {
        ...paths,
        root,
        kubeconfig: moved(paths.kubeconfig),
        state: moved(paths.state),
        pulumiHome: moved(paths.pulumiHome),
        logs: moved(paths.logs),
        kwok: moved(paths.kwok),
        bin: moved(paths.bin),
        stacks: moved(paths.stacks),
    };
}
