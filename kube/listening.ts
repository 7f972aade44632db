import { CommandError, lastLines, run } from "../process/run";
import type { ContextName } from "./kubeconfig";
import { kubectlArguments } from "./kubectl";

/** Timeout of a command in a container (ms). */
const EXEC_TIMEOUT_MS = 10_000;

/**
 * The kernel's tables of TCP sockets in a container, IPv4 and IPv6, read with `kubectl exec`: the only way to detect a
 * port without HTTP.
 * @throws Error with kubectl's message, e.g. that the user cannot exec or the image has no `cat`.
 */
export async function socketTables(
    target: ContextName,
    { namespace, pod, container }: { readonly namespace: string; readonly pod: string; readonly container: string },
): Promise<string> {
    const command = ["exec", pod, "--container", container, "--", "cat", "/proc/net/tcp", "/proc/net/tcp6"];
    const args = [...kubectlArguments(target), "--namespace", namespace, ...command];
    try {
        const { code, stdout, stderr } = await run("kubectl", args, { allowExit: true, timeoutMs: EXEC_TIMEOUT_MS });
        if (code === 0) {
            return stdout;
        }
        throw new Error(lastLines(stderr, 1) || "kubectl exec failed");
    } catch (error) {
        const missing = error instanceof CommandError && error.systemCode === "ENOENT";
        throw missing ? new Error("kubectl is not installed", { cause: error }) : error;
    }
}
