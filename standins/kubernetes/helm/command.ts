import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import { kubeconfigFiles } from "../../../kube/kubeconfig";
import type { ClusterSession } from "../session";

/** Environment variable with the path of the helm binary. Default: the one on PATH. */
const HELM_VARIABLE = "X0TTA6BL4_HELM";

/**
 * Runs helm against the provider's cluster. Its arguments contain no secrets; values are passed through standard input.
 * @returns Its standard output.
 * @throws Error with helm's own message.
 */
export async function helm({ settings, signal }: ClusterSession, args: readonly string[], input = ""): Promise<string> {
    const command = process.env[HELM_VARIABLE] ?? "helm";
    const env = {
        ...process.env,
        KUBECONFIG: kubeconfigFiles(settings.kubeconfig).join(delimiter),
        HELM_KUBECONTEXT: settings.context,
    };
    return new Promise((resolve, reject) => {
        // On an interrupt, helm records the release as failed; if it were killed, the release would stay pending.
        const child = spawn(command, args, { env, signal, killSignal: "SIGINT" });
        const output: Buffer[] = [];
        const errors: Buffer[] = [];
        child.stdout.on("data", (data: Buffer) => output.push(data));
        child.stderr.on("data", (data: Buffer) => errors.push(data));
        // If helm exits before reading its values, the reason is on standard error.
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
        child.on("error", (error) => {
            reject(
                "code" in error && error.code === "ENOENT"
                    ? new Error(`helm was not found as "${command}": put it on PATH, or its path into ${HELM_VARIABLE}`)
                    : error,
            );
        });
        child.on("close", (code) => {
            if (code === 0) {
                resolve(Buffer.concat(output).toString("utf8"));
                return;
            }
            const lines = Buffer.concat(errors).toString("utf8").split("\n");
            const message = lines.filter((line) => line.trim() !== "" && !line.startsWith("WARNING:")).join("\n");
            reject(new Error(message.replace(/^Error: /, "") || `helm ended with exit code ${code ?? "none"}`));
        });
    });
}
