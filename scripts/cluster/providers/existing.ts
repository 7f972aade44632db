import { resolve } from "node:path";
import { findContext, kubeconfigFiles } from "../../../cluster/kubeconfig";
import { fromRefusal } from "../report";
import type { Target } from "../../stack/target";
import { CannotContinue, type Provider } from "./provider";

/** A cluster of the user's kubeconfig. */
export const existing: Provider = {
    needs: [],
    ensure: async ({ context = "", kubeconfig }, { env }) => {
        const file = kubeconfig === undefined ? undefined : resolve(kubeconfig);
        return Promise.resolve({ target: existingTarget({ context, kubeconfig: file }, env), outcome: "found" });
    },
};

/**
 * A context that is there.
 * @throws CannotContinue that names the contexts that there are.
 */
export function existingTarget(target: Target, env: NodeJS.ProcessEnv): Target {
    try {
        findContext(kubeconfigFiles(target.kubeconfig, env), target.context);
        return target;
    } catch (error) {
        throw new CannotContinue(fromRefusal("Context", error instanceof Error ? error.message : String(error)));
    }
}
