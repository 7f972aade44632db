import { z } from "zod";
import { CannotRun } from "../../errors";

const outputsSchema = z.object({
    namespace: z.string().min(1),
    expected: z.object({
        spire: z.object({ enabled: z.boolean(), serverNamespace: z.string(), systemNamespace: z.string() }),
    }),
});

/** Where a stack's SPIRE is. */
export interface Facts {
    /** Namespace of the mesh. */
    readonly mesh: string;
    /** Namespace of the server. */
    readonly server: string;
    /** Namespace of the agents. */
    readonly system: string;
}

/**
 * Reads the outputs of a stack.
 * @throws CannotRun when they are not those of a finished update, or when the stack has no SPIRE of its own.
 */
export function factsOf(outputs: unknown, stack: string): Facts {
    const { data } = outputsSchema.safeParse(outputs);
    if (data === undefined) {
        throw new CannotRun(
            `stack ${stack} has no outputs of a finished update`,
            `bring it up: pulumi up --stack ${stack}, or npm run local -- --stack ${stack}`,
        );
    }
    const { spire } = data.expected;
    if (!spire.enabled) {
        throw new CannotRun(
            `SPIRE of this cluster is not stack ${stack}'s (spire.enabled is false)`,
            "ask the stack that installed it, with --stack",
        );
    }
    return { mesh: data.namespace, server: spire.serverNamespace, system: spire.systemNamespace };
}
