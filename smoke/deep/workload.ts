import { z } from "zod";

const mount = z.looseObject({ name: z.string(), mountPath: z.string() });

const container = z.looseObject({ name: z.string(), image: z.string(), volumeMounts: z.array(mount).default([]) });

/**
 * The parts of the mesh's Deployment that a probe pod inherits: admission, scheduler, NetworkPolicies and
 * SPIRE must treat it like the app's own pods.
 */
const deploymentSchema = z.object({
    spec: z.object({
        selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }),
        template: z.object({
            metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
            spec: z.object({
                serviceAccountName: z.string().optional(),
                imagePullSecrets: z.array(z.object({ name: z.string() })).default([]),
                nodeSelector: z.record(z.string(), z.string()).optional(),
                tolerations: z.array(z.unknown()).optional(),
                affinity: z.looseObject({ nodeAffinity: z.unknown().optional() }).optional(),
                priorityClassName: z.string().optional(),
                runtimeClassName: z.string().optional(),
                securityContext: z.unknown().optional(),
                initContainers: z.array(container).default([]),
                containers: z.array(container),
                volumes: z.array(z.looseObject({ name: z.string() })).default([]),
            }),
        }),
    }),
});

/** The mesh's Deployment, as far as the deep checks use it. */
export type MeshWorkload = z.output<typeof deploymentSchema>;

/** Reads a Deployment. @throws ZodError for what is none. */
export function parseWorkload(deployment: unknown): MeshWorkload {
    return deploymentSchema.parse(deployment);
}
