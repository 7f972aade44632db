import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type ContextName, isKubeconfigText } from "./kubeconfig";

const execute = promisify(execFile);

/** Longest wait for the answer of a container (ms). */
const EXEC_TIMEOUT_MS = 10_000;

/**
 * The kernel's tables of TCP sockets of a container, IPv4 and IPv6, by `kubectl exec`: the only way to see a port on which
 * nothing speaks HTTP.
 * @throws Error with what kubectl says, e.g. that the user may not exec or the image has no `cat`.
 */
export async function socketTables(
    { context, kubeconfig }: ContextName,
    { namespace, pod, container }: { readonly namespace: string; readonly pod: string; readonly container: string },
): Promise<string> {
    if (kubeconfig !== undefined && isKubeconfigText(kubeconfig)) {
        throw new Error("cluster.kubeconfig holds a kubeconfig, not the path of one");
    }
    const cluster = [...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]), "--context", context];
    const command = ["cat", "/proc/net/tcp", "/proc/net/tcp6"];
    try {
        const { stdout } = await execute(
            "kubectl",
            [...cluster, "--namespace", namespace, "exec", pod, "--container", container, "--", ...command],
            { timeout: EXEC_TIMEOUT_MS },
        );
        return stdout;
    } catch (error) {
        throw new Error(reason(error), { cause: error });
    }
}

/** The last line of kubectl's own words. */
function reason(error: unknown): string {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") {
        return "kubectl is not installed";
    }
    const text = typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr).trim() : "";
    return text.split("\n").at(-1) ?? "kubectl exec failed";
}
