import type { ClusterSettings } from "../settings/schema";

/** `kubectl` bound to the stack's own cluster, for a POSIX shell: a pasted command cannot reach another cluster. */
export function kubectl({ context, kubeconfig }: Pick<ClusterSettings, "context" | "kubeconfig">): string {
    const file = kubeconfig === undefined ? "" : ` --kubeconfig ${shellWord(kubeconfig)}`;
    return `kubectl${file} --context ${shellWord(context)}`;
}

/** A text as one word of a POSIX shell. */
function shellWord(text: string): string {
    return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
