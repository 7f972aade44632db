import { z } from "zod";

/** A path through the network. */
export interface NetworkPath {
    /** Identity within a task. */
    readonly id: string;
    /** Address, or the name to look up. */
    readonly host: string;
    /** Port; 0 for a lookup. */
    readonly port: number;
    /** A TCP connection, or a lookup by the pod's own resolver. */
    readonly protocol: "TCP" | "DNS";
    /** Whether the path should be open: the pod retries unexpected results for a while. */
    readonly open: boolean;
}

/** What a probe pod does; `probe.py` has one function for each. Times in seconds. */
export type Task =
    | { readonly task: "tryPaths"; readonly paths: readonly NetworkPath[]; readonly seconds: number }
    | { readonly task: "listen"; readonly ports: readonly number[]; readonly seconds: number }
    | { readonly task: "serveTls"; readonly folder: string; readonly port: number }
    | {
          readonly task: "connectTls";
          readonly folder: string;
          readonly host: string;
          readonly port: number;
          readonly seconds: number;
      }
    | {
          readonly task: "load";
          readonly host: string;
          readonly port: number;
          readonly path: string;
          /** Timeout of a response. */
          readonly timeout: number;
          /** Pause of a sender between two requests. */
          readonly pause: number;
          readonly senders: number;
          readonly seconds: number;
      }
    | { readonly task: "write"; readonly file: string; readonly text: string }
    | { readonly task: "read"; readonly file: string };

const svidParts = {
    /** Certificates of the SVID, leaf first, as PEM. */
    svid: z.string(),
    /** Trust bundle, as PEM. */
    bundle: z.string(),
    /** When the pod read them (s since 1970, by the node's clock). */
    at: z.number(),
};

/** Results of the tasks. */
export const RESULTS = {
    paths: z.object({ results: z.record(z.string(), z.object({ open: z.boolean(), detail: z.string() })) }),
    ready: z.object({ ready: z.literal(true) }),
    served: z.object({ ready: z.literal(true), ...svidParts }),
    connected: z.object({
        ...svidParts,
        /** URIs in the certificate of the other side, as client and server saw it. */
        server: z.array(z.string()).default([]),
        client: z.array(z.string()).default([]),
        /** Why there was no connection. */
        fault: z.string().optional(),
    }),
    load: z.object({ sent: z.number(), lost: z.record(z.string(), z.number()) }),
    written: z.object({ written: z.literal(true) }),
    read: z.object({ text: z.string() }),
} as const;
