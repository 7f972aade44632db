import { z } from "zod";
import * as p from "../shared/primitives";
import { containerResources } from "../shared/resources";

const rotation = p.rotation
    .default("")
    .describe("Any text; a change restarts Grafana with the current password, a new one if it is generated");

/** Grafana. */
export const grafana = z
    .strictObject({
        password: z
            .discriminatedUnion(
                "type",
                [
                    z.strictObject({ type: z.literal("generated").describe("32 random characters"), rotation }),
                    z.strictObject({
                        type: z
                            .literal("config")
                            .describe("The stack's configuration key: pulumi config set --secret grafanaPassword"),
                        rotation,
                    }),
                    z.strictObject({
                        type: z.literal("existing").describe("An existing Secret with admin-user and admin-password"),
                        secretName: p.dnsName.describe("An existing Secret in the namespace"),
                        rotation,
                    }),
                ],
                { error: "an object with type generated, config or existing" },
            )
            .prefault({ type: "generated" }),
        externalUrl: p.httpUrl.optional().describe("URL at which people reach it; unset: that of the port-forward"),
        persistence: z
            .strictObject({
                enabled: z
                    .boolean()
                    .default(false)
                    .describe("Keep users and preferences on a volume; dashboards are provisioned either way"),
                size: p.bytes.default("5Gi").describe("Size of the volume"),
                storageClass: p.dnsName.optional().describe("StorageClass; unset: the cluster's default"),
            })
            .prefault({}),
        resources: containerResources({
            requests: { cpu: "100m", memory: "256Mi" },
            // At startup, Grafana loads all dashboards and prepares its database, using several threads.
            limits: { cpu: "1", memory: "512Mi" },
        }),
        // For each of the two sidecars that load dashboards and data sources. Each probe starts a single-threaded
        // Python process: with a limit of one CPU it cannot use up its quota within a period of 100 ms, so it is never
        // throttled. At 100m it was throttled in most periods.
        sidecarResources: containerResources({
            requests: { cpu: "20m", memory: "96Mi" },
            limits: { cpu: "1", memory: "192Mi" },
        }),
    })
    .prefault({});

/** Settings of Grafana. */
export type GrafanaSettings = z.output<typeof grafana>;
