import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import { Writable } from "node:stream";
import { kubeconfigFiles } from "../../../kube/kubeconfig";
import type { ClusterSession } from "../session";

/** Environment variable with the path of the helm binary. Default: the one on PATH. */
const HELM_VARIABLE = "X0TTA6BL4_HELM";

/**
 * Becomes helm, after a guard is started that kills it when this plugin dies: the official plugin has Helm inside, so that
 * Helm never outlives it. The guard reads from a pipe that only the plugin holds: a line ends it, the end of the pipe without
 * one means that the plugin is gone.
 */
const GUARDED = '( read -r _ <&3 || kill -KILL $$ ) </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"';

/** Exit code of a shell that does not find the command. */
const NOT_FOUND = 127;

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
        const child = spawn("sh", ["-c", GUARDED, "sh", command, ...args], {
            ...{ env, signal, killSignal: "SIGINT" },
            stdio: ["pipe", "pipe", "pipe", "pipe"],
        });
        const [, , , guard] = child.stdio;
        const output: Buffer[] = [];
        const errors: Buffer[] = [];
        child.stdout.on("data", (data: Buffer) => output.push(data));
        child.stderr.on("data", (data: Buffer) => errors.push(data));
        // If helm exits before reading its values, the reason is on standard error.
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
        child.on("error", reject);
        // A guard that was killed reads nothing.
        guard?.on("error", () => undefined);
        child.on("exit", () => {
            if (guard instanceof Writable) {
                guard.end("done\n");
            }
        });
        child.on("close", (code) => {
            if (code === NOT_FOUND) {
                reject(
                    new Error(`helm was not found as "${command}": put it on PATH, or its path into ${HELM_VARIABLE}`),
                );
                return;
            }
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
