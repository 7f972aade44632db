import { z } from "zod";

const factsSchema = z.object({
    cluster: z.object({ context: z.string().min(1), kubeconfig: z.string().min(1).nullish() }),
    namespace: z.string().min(1),
    expected: z.object({ spire: z.object({ serverNamespace: z.string(), systemNamespace: z.string() }) }),
});

/** Where a stack's SPIRE is. */
export interface Facts {
    /** Arguments of kubectl that bind it to the stack's own cluster. */
    readonly cluster: readonly string[];
    /** Namespace of the mesh. */
    readonly mesh: string;
    /** Namespace of the server. */
    readonly server: string;
    /** Namespace of the agents. */
    readonly system: string;
}

/** Reads the outputs of a stack. @throws Error when they are not this program's. */
export function factsOf(outputs: string): Facts {
    const { cluster, namespace, expected } = factsSchema.parse(JSON.parse(outputs));
    const { kubeconfig } = cluster;
    return {
        cluster: [
            ...(kubeconfig === undefined || kubeconfig === null ? [] : ["--kubeconfig", kubeconfig]),
            "--context",
            cluster.context,
        ],
        mesh: namespace,
        server: expected.spire.serverNamespace,
        system: expected.spire.systemNamespace,
    };
}
