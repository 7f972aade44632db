/** A cluster that a stack can belong to. */
export interface Target {
    /** Context in the kubeconfig. */
    readonly context: string;
    /** Kubeconfig file; `undefined`: $KUBECONFIG or ~/.kube/config. */
    readonly kubeconfig?: string;
    /** UID of its namespace kube-system; `undefined` until it is read, or where it may not be seen. */
    readonly identifier?: string;
}
