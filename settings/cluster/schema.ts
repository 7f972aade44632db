import { z } from "zod";
import { hasControlCharacters } from "../../shell";
import * as p from "../shared/primitives";

const CONTEXT = "the name of a kubeconfig context (kubectl config get-contexts)";
const KUBECONFIG = "the path of a kubeconfig file, never its content";

/** Maximum length of a path (characters). In Linux, NAME_MAX limits each segment to 255. */
const MAX_PATH = 1024;

/** Whether a text can be a path, and not a kubeconfig in YAML, JSON or base64, which would be printed and stored in the state. */
function isPath(given: string): boolean {
    return (
        given.length <= MAX_PATH &&
        !hasControlCharacters(given) &&
        !given.trimStart().startsWith("{") &&
        !/apiVersion|(token|password|client-key-data|secret)["']?\s*[:=]/i.test(given) &&
        given.split("/").every((part) => part.length <= 255)
    );
}

/** Schema of the cluster that a stack is deployed to. */
export const clusterSchema = z.strictObject({
    context: z
        .string({ error: CONTEXT })
        .min(1, { error: CONTEXT })
        .max(253, { error: CONTEXT })
        .refine((given) => !hasControlCharacters(given), { error: CONTEXT })
        .describe(
            "kubeconfig context to deploy to; required, so an update never reaches whichever context is selected",
        ),
    kubeconfig: z
        .string({ error: KUBECONFIG })
        .min(1, { error: KUBECONFIG })
        .refine(isPath, { error: KUBECONFIG })
        .optional()
        .describe("Path of the kubeconfig file; unset: $KUBECONFIG or ~/.kube/config"),
    identifier: p
        .text(
            /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
            "the UID of the namespace kube-system; npx x0 cluster writes it",
        )
        .optional()
        .describe(
            "UID of the cluster's namespace kube-system: an update stops at any other cluster, and only changing it replaces all objects",
        ),
    checkReachable: z
        .boolean()
        .default(true)
        .describe("Stop if the API server does not respond; false allows a preview without a cluster"),
});

/** Settings of the target cluster, validated and with defaults. */
export type ClusterSettings = z.output<typeof clusterSchema>;
