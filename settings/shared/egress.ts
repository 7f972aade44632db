import { z } from "zod";
import * as p from "./primitives";

const ports = z
    .array(
        z.strictObject({
            port: p.remotePort.describe("Port of the destination"),
            protocol: z.enum(["TCP", "UDP", "SCTP"]).default("TCP").describe("Protocol"),
        }),
    )
    .min(1, { error: "at least one port" });

/**
 * One further destination of pods behind a default deny.
 * @param owner Whose namespace is meant where the rule names none, e.g. `the mesh`.
 * @param more Fields that a section adds.
 */
export function egressRule<T extends z.ZodRawShape>(owner: string, more: T) {
    return (
        z
            .strictObject({
                name: p.dnsLabel.describe("Name of the rule; part of the NetworkPolicy's name"),
                namespace: p.dnsLabel
                    .optional()
                    .describe(`Namespace of the destination; unset with podLabels: ${owner}'s own namespace`),
                podLabels: p.labels
                    .optional()
                    .describe("Labels of the destination's pods; unset: all pods of the namespace"),
                cidr: p.cidr.optional().describe("IP range of the destination, instead of namespace and podLabels"),
                except: z.array(p.cidr).default([]).describe("Ranges inside cidr that stay blocked"),
                ports: ports.describe("Allowed ports"),
            })
            .extend(more)
            .refine((rule) => rule.cidr !== undefined || rule.except.length === 0, { error: "no except without cidr" })
            // ValidateIPBlock in k8s.io/kubernetes/pkg/apis/networking/validation: a strict subset.
            .refine(
                ({ cidr, except }) => cidr === undefined || except.every((range) => p.isStrictlyWithin(range, cidr)),
                { error: "except within cidr and smaller than it" },
            )
            .refine(
                (rule) => (rule.cidr === undefined) !== (rule.namespace === undefined && rule.podLabels === undefined),
                { error: "either cidr, or namespace and/or podLabels" },
            )
    );
}
