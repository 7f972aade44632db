import type { LocalPaths } from "../../../process/paths";
import type { Progress } from "../../../terminal/progress";
import type { ClusterRequest } from "../request";
import type { Need } from "../../../preflight/prerequisites";
import { CannotContinue } from "../../../preflight/existingContext";
import type { Program } from "../../../preflight/plan";
import type { Target } from "../../../engine/target";

export { CannotContinue } from "../../../preflight/existingContext";

/** A cluster that exists. */
export interface Ensured {
    /** Its context; the identity is read later from the cluster. */
    readonly target: Target;
    /** What was done. */
    readonly outcome: "created" | "started" | "found";
}

/** Dependencies of the providers. */
export interface ProviderSurroundings {
    /** Reports progress. */
    readonly progress: Progress;
    /** Prompts; without a terminal and without `--yes` the answer is no. */
    readonly confirm: (question: string) => Promise<boolean>;
    /** Files of the embedded cluster. */
    readonly paths: LocalPaths;
    /** The Pulumi program, loaded when it is first run. */
    readonly program: Program;
    /** Environment of the CLIs. */
    readonly env: NodeJS.ProcessEnv;
    /** Folder for the kubeconfig files of clusters that are created here: the user's own file stays unchanged. */
    readonly kubeconfigs: string;
    /** Kubeconfig that k3s writes. */
    readonly k3sKubeconfig: string;
}

/** A kind of cluster. */
export interface Provider {
    /** Required programs. */
    readonly needs: readonly Need[];
    /**
     * Finds the cluster, or creates it.
     * @throws CannotContinue with what to do; CommandError when a CLI fails.
     */
    ensure(args: ClusterRequest, surroundings: ProviderSurroundings): Promise<Ensured>;
}

/**
 * Asks before a cluster is created.
 * @throws CannotContinue without a yes.
 */
export async function askToCreate(
    what: string,
    { yes }: ClusterRequest,
    { confirm }: ProviderSurroundings,
): Promise<void> {
    if (!yes && !(await confirm(`There is no ${what}. Create it?`))) {
        throw new CannotContinue({
            status: "fail",
            name: "Cluster",
            detail: `there is no ${what}, and it was not created`,
            fix: "create it: add --yes",
        });
    }
}

/** Zone of a node by its number, named as in the embedded cluster, so that topology spread over zones is visible. */
export function zoneOf(index: number): string {
    return `local-${["a", "b", "c"][index % 3] ?? ""}`;
}
