import { type ContextName, isKubeconfigText } from "./kubeconfig";

/** `kubectl` bound to the stack's own cluster, for a POSIX shell: a pasted command cannot reach another cluster. */
export function kubectl({ context, kubeconfig }: ContextName): string {
    const path = kubeconfig !== undefined && isKubeconfigText(kubeconfig) ? "<file>" : kubeconfig;
    const file = path === undefined ? "" : ` --kubeconfig ${path === "<file>" ? path : shellWord(path)}`;
    return `kubectl${file} --context ${shellWord(context)}`;
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
    return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
