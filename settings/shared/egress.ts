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

/** The fields of a rule that are checked together. */
interface Destination {
    readonly namespace?: string | undefined;
    readonly podLabels?: Readonly<Record<string, string>> | undefined;
    readonly cidr?: string | undefined;
    readonly except: readonly string[];
}

/** Longest DNS label (characters). */
const DNS_LABEL = 63;

/**
 * Fields of a rule that allows one further destination to pods behind a default-deny policy.
 * @param owner Owner of the namespace that applies if the rule names none, e.g. `the mesh`.
 * @param longestName Longest name of a rule (characters). Default: that of a DNS label.
 */
export function egressFields(owner: string, longestName = DNS_LABEL) {
    return {
        name: p.dnsLabel
            .refine((name) => name.length <= longestName, { error: `a name of at most ${longestName} characters` })
            .describe("Name of the rule; part of the NetworkPolicy's name"),
        namespace: p.dnsLabel
            .optional()
            .describe(`Namespace of the destination; unset with podLabels: ${owner}'s own namespace`),
        podLabels: p.labels.optional().describe("Labels of the destination's pods; unset: all pods of the namespace"),
        cidr: p.cidr.optional().describe("IP range of the destination, instead of namespace and podLabels"),
        except: z.array(p.cidr).default([]).describe("Ranges inside cidr that stay blocked"),
        ports: ports.describe("Allowed ports"),
    };
}

/**
 * Refines a rule so that its fields are consistent: either an IP range, optionally with exceptions inside it, or pods.
 */
export function oneDestination<T extends z.ZodType<Destination>>(rule: T): T {
    return (
        rule
            .refine(({ cidr, except }: Destination) => cidr !== undefined || except.length === 0, {
                error: "no except without cidr",
            })
            // ValidateIPBlock in k8s.io/kubernetes/pkg/apis/networking/validation: a strict subset.
            .refine(
                ({ cidr, except }: Destination) =>
                    cidr === undefined || except.every((range) => p.isStrictlyWithin(range, cidr)),
                { error: "except within cidr and smaller than it" },
            )
            .refine(
                ({ cidr, namespace, podLabels }: Destination) =>
                    (cidr === undefined) !== (namespace === undefined && podLabels === undefined),
                { error: "either cidr, or namespace and/or podLabels" },
            )
    );
}
