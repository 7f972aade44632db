import { delimiter } from "node:path";
import type { Target } from "../engine/target";
import { CannotRun } from "../errors";
import { kubeconfigFiles } from "../kube/kubeconfig";
import { CommandError, run } from "../process/run";
import type { Progress } from "../terminal/progress";
import { ensureTools } from "../tools";
import type { Context } from "./command";

/** Timeout of a call (ms), above the time that Helm itself is given. */
const CALL_TIMEOUT_MS = 6 * 60_000;

/** Helm, bound to one cluster, so that it never uses the current context. */
export class Helm {
    private constructor(
        private readonly executable: string,
        private readonly env: NodeJS.ProcessEnv,
    ) {}

    /**
     * Finds Helm: what `X0TTA6BL4_HELM` names, else the one on PATH, in the tool cache, or of the official download.
     * @throws Error when it cannot be had.
     */
    public static async find(target: Target, progress: Progress, { paths, env }: Context): Promise<Helm> {
        const executable = env.X0TTA6BL4_HELM ?? (await ensureTools(["helm"], progress, paths)).helm.path;
        const files = target.kubeconfig === undefined ? [] : kubeconfigFiles(target.kubeconfig);
        return new Helm(executable, {
            ...env,
            ...(files.length === 0 ? {} : { KUBECONFIG: files.join(delimiter) }),
            HELM_KUBECONTEXT: target.context,
        });
    }

    /** Runs it to completion. @throws CannotRun with Helm's error. */
    public async call(args: readonly string[]): Promise<void> {
        try {
            await run(this.executable, args, { env: this.env, timeoutMs: CALL_TIMEOUT_MS });
        } catch (error) {
            throw error instanceof CommandError
                ? new CannotRun(error.message, "fix what it names, then run the command again")
                : error;
        }
    }
}
