import { shellWord } from "../shell";
import { type ContextName, isKubeconfigText, kubeconfigFiles } from "./kubeconfig";

/**
 * `kubectl` bound to the stack's own cluster, quoted for a POSIX shell: a pasted command cannot reach another cluster.
 */
export function kubectl({ context, kubeconfig }: ContextName): string {
    const file = kubeconfig === undefined ? "" : ` --kubeconfig ${fileWord(kubeconfig)}`;
    return `kubectl${file} --context ${shellWord(context)}`;
}

/**
 * Arguments that bind kubectl to a cluster, for a call without a shell, which would expand a
 * `~`. @throws Error for the content of a kubeconfig instead of a path.
 */
export function kubectlArguments({ context, kubeconfig }: ContextName): string[] {
    const files = kubeconfig === undefined ? [] : kubeconfigFiles(kubeconfig);
    return [...files.flatMap((file) => ["--kubeconfig", file]), "--context", context];
}

/**
 * The path of a kubeconfig as one word of a command, or `<file>` for the content of one. The shell expands a `~` at the
 * beginning, as the settings do.
 */
export function fileWord(kubeconfig: string): string {
    if (isKubeconfigText(kubeconfig)) {
        return "<file>";
    }
    return kubeconfig.startsWith("~/") ? `~/${shellWord(kubeconfig.slice(2))}` : shellWord(kubeconfig);
}
