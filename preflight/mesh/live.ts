import { z } from "zod";
import type { OperatorKeySource } from "../../components/mesh/args";
import { OPERATOR_KEY_ANNOTATION } from "../../components/mesh/names";
import { operatorKeyRecord } from "../../components/mesh/secret";

/** How the record of a key from RandomBytes begins, whatever its rotation. */
const BYTES = operatorKeyRecord("bytes", "");

const deploymentSchema = z.object({
    metadata: z.object({
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
        managedFields: z.array(z.object({ subresource: z.string().optional(), fieldsV1: z.unknown() })).default([]),
    }),
    spec: z.object({
        // The default of both kinds.
        replicas: z.number().default(1),
        template: z.object({
            spec: z.object({
                containers: z.array(
                    z.object({
                        envFrom: z
                            .array(z.object({ secretRef: z.object({ name: z.string() }).optional() }))
                            .default([]),
                    }),
                ),
            }),
        }),
    }),
});

/** The live Deployment or Rollout, as far as it decides what the program asks for. */
export type LiveDeployment = z.output<typeof deploymentSchema>;

/** Reads a Deployment or Rollout from an answer of the API server; `undefined` where there is none. */
export function liveDeployment(object: unknown): LiveDeployment | undefined {
    return deploymentSchema.safeParse(object).data;
}

/** Whether this program made the Deployment, with generated keys in the Secret of this name. */
function usesGenerated({ metadata, spec }: LiveDeployment, secret: string): boolean {
    return (
        metadata.labels["app.kubernetes.io/managed-by"] === "pulumi" &&
        spec.template.spec.containers.some(({ envFrom }) =>
            // With canaries its version follows the name.
            envFrom.some(({ secretRef }) => secretRef?.name === secret || secretRef?.name.startsWith(`${secret}-`)),
        )
    );
}

/**
 * What generates the operator's key. A stack that has a key from RandomBytes keeps it until `mesh.secret.rotation` changes.
 * Releases before the annotation generated it so, hence a Deployment without one counts as such.
 * @param secret name of the Secret with generated keys
 * @param rotation the setting `mesh.secret.rotation`
 */
export function operatorKeySource(
    live: LiveDeployment | undefined,
    secret: string,
    rotation: string,
): OperatorKeySource {
    if (live === undefined || !usesGenerated(live, secret)) {
        return "password";
    }
    const recorded = live.metadata.annotations[OPERATOR_KEY_ANNOTATION];
    return recorded === undefined || recorded === operatorKeyRecord("bytes", rotation) ? "bytes" : "password";
}

/**
 * Whether the deployed key of the operator comes from RandomBytes, whose resource ID is its value: whatever the settings
 * say, it is in the state in clear text until an update has replaced it.
 * @param secret name of the Secret with generated keys
 */
export function isKeyExposed(live: LiveDeployment | undefined, secret: string): boolean {
    const recorded = live?.metadata.annotations[OPERATOR_KEY_ANNOTATION];
    return live !== undefined && usesGenerated(live, secret) && (recorded ?? BYTES).startsWith(BYTES);
}

/** Whether an autoscaler set the replica count last: it writes through the subresource `scale`. */
export function scaledByAutoscaler(live: LiveDeployment | undefined): boolean {
    const scaled = z.object({ "f:spec": z.object({ "f:replicas": z.unknown() }) });
    return (
        live?.metadata.managedFields.some(
            ({ subresource, fieldsV1 }) => subresource === "scale" && scaled.safeParse(fieldsV1).success,
        ) ?? false
    );
}
