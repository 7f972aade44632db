import { z } from "zod";
import { CannotRun } from "../../errors";
import { shellWord } from "../../shell";

const outputsSchema = z.object({
    namespace: z.string().min(1),
    expected: z.object({
        spire: z.object({ enabled: z.boolean(), serverNamespace: z.string(), systemNamespace: z.string() }),
    }),
});

/** Namespaces of a stack's SPIRE. */
export interface SpireNamespaces {
    /** Namespace of the mesh. */
    readonly mesh: string;
    /** Namespace of the server. */
    readonly server: string;
    /** Namespace of the agents. */
    readonly system: string;
}

/**
 * Reads the outputs of a stack.
 * @throws CannotRun before the first update has finished, or when the stack has no SPIRE of its own.
 */
export function spireNamespaces(outputs: unknown, stack: string): SpireNamespaces {
    const { data } = outputsSchema.safeParse(outputs);
    if (data === undefined) {
        throw new CannotRun(
            `stack ${stack} has no outputs: no update has finished`,
            `pulumi up --stack ${shellWord(stack)}, or npm run local -- --stack ${shellWord(stack)}`,
        );
    }
    const { spire } = data.expected;
    if (!spire.enabled) {
        throw new CannotRun(
            `SPIRE of this cluster is managed outside stack ${stack} (spire.enabled is false)`,
            "name the stack that installed it with --stack",
        );
    }
    return { mesh: data.namespace, server: spire.serverNamespace, system: spire.systemNamespace };
}
