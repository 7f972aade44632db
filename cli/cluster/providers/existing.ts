import { resolve } from "node:path";
import { CannotContinue, existingTarget } from "../../../preflight/existingContext";
import type { CheckFinding } from "../../../preflight/report";
import type { Provider } from "./provider";

/** A cluster of the user's kubeconfig. */
export const existing: Provider = {
    needs: [],
    ensure: async ({ context = "", kubeconfig }, { env }) => {
        const file = kubeconfig === undefined ? undefined : resolve(kubeconfig);
        try {
            const target = existingTarget({ context, kubeconfig: file }, env);
            return await Promise.resolve({ target, outcome: "found" as const });
        } catch (error) {
            throw error instanceof CannotContinue ? new CannotContinue(byFlags(error.finding)) : error;
        }
    },
};

/** This command writes the settings, so a wrong context or file is fixed by its flags. */
function byFlags(finding: CheckFinding): CheckFinding {
    const fix = finding.fix
        ?.replace("pulumi config set --path cluster.context <name>", "--context NAME")
        .replace("pulumi config set --path cluster.kubeconfig <file>", "--kubeconfig FILE");
    return { ...finding, fix };
}
