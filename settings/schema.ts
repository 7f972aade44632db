import { z } from "zod";
import { meshSchema } from "./mesh/schema";
import { monitoringSchema } from "./monitoring/schema";
import * as p from "./shared/primitives";
import { spireSchema } from "./spire/schema";

/** The cluster that a stack belongs to. */
export const clusterSchema = z.strictObject({
    context: z
        .string({ error: "the name of a kubeconfig context (kubectl config get-contexts)" })
        .min(1, { error: "the name of a kubeconfig context (kubectl config get-contexts)" })
        .describe("kubeconfig context to deploy to; required, so that nobody hits the cluster of the day"),
    kubeconfig: z
        .string()
        .min(1)
        .optional()
        .describe("Path of the kubeconfig file; unset: $KUBECONFIG or ~/.kube/config"),
    identifier: p
        .text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a UID; npx x0 cluster writes the right one")
        .optional()
        .describe(
            "UID of the cluster's namespace kube-system: an update stops at any other cluster, and only a change of it replaces all objects",
        ),
    checkReachable: z
        .boolean()
        .default(true)
        .describe("Stop when the API server does not answer; false lets a preview go on without a cluster"),
});

/** All settings of a stack, by their top-level keys in `Pulumi.<stack>.yaml`. */
export const schemas = { cluster: clusterSchema, mesh: meshSchema, spire: spireSchema, monitoring: monitoringSchema };

/** Top-level key of the configuration. */
export type SettingsKey = keyof typeof schemas;

/** Settings of the mesh app, validated and with defaults. */
export type MeshSettings = z.output<typeof meshSchema>;

/** Settings of the target cluster. */
export type ClusterSettings = z.output<typeof clusterSchema>;

/** Settings of SPIRE. */
export type SpireSettings = z.output<typeof spireSchema>;

/** Settings of monitoring. */
export type MonitoringSettings = z.output<typeof monitoringSchema>;
