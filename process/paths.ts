import { homedir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../project";

/** Every folder and file that the embedded run uses; all absolute. */
export interface LocalPaths {
    /** The checkout that `npm run local` was started in. */
    readonly checkout: string;
    /** Root of the run's own files, `<checkout>/.local`; git-ignored, removed by `npm run local -- down`. */
    readonly root: string;
    /** Kubeconfig of the embedded cluster only; the user's own is never read or written. */
    readonly kubeconfig: string;
    /** Folder of Pulumi's file backend. */
    readonly state: string;
    /** `PULUMI_HOME` of the run. */
    readonly pulumiHome: string;
    /** Log files of child processes. */
    readonly logs: string;
    /** `KWOK_WORKDIR`: etcd data, certificates and component logs of the embedded cluster. */
    readonly kwok: string;
    /** Executables of the stand-in plugins. */
    readonly bin: string;
    /** Copies of the stack files, which the Pulumi CLI may write to. */
    readonly stacks: string;
    /** What several checkouts share, `${XDG_CACHE_HOME:-~/.cache}/x0tta6bl4`. */
    readonly cache: string;
    /** Tools by version, `<cache>/tools`. */
    readonly tools: string;
}

/**
 * Paths of the embedded run.
 * @param checkout Root of the checkout; default: the one that this file is in.
 * @param env Environment to take `XDG_CACHE_HOME` and `HOME` from; a relative `XDG_CACHE_HOME` is ignored, as its
 *   specification demands.
 */
export function localPaths(checkout: string = PROJECT_ROOT, env: NodeJS.ProcessEnv = process.env): LocalPaths {
    const root = join(checkout, ".local");
    const xdg = env.XDG_CACHE_HOME;
    const cache = join(xdg?.startsWith("/") ? xdg : join(env.HOME ?? homedir(), ".cache"), "x0tta6bl4");
    return {
        checkout,
        root,
        kubeconfig: join(root, "kubeconfig"),
        state: join(root, "state"),
        pulumiHome: join(root, "pulumi-home"),
        logs: join(root, "logs"),
        kwok: join(root, "kwok"),
        bin: join(root, "bin"),
        stacks: join(root, "stacks"),
        cache,
        tools: join(cache, "tools"),
    };
}

/** Paths of a run next to the checkout's own, in a folder with its name: neither affects the other. */
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
