import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a query of the AnalysisTemplate asks for. */
export type AskedMetric = "errors" | "latency" | "crash-loops" | "observed";

/** Samples of an answer: none is an empty result. `NaN` is a share of no requests. */
export type Answers = Readonly<Record<AskedMetric, readonly number[]>>;

/** What Prometheus says of pods that are well. */
export const WELL: Answers = { errors: [0], latency: [0.05], "crash-loops": [], observed: [] };

/** A stand-in for Prometheus's API on this machine. */
export interface PlayedPrometheus {
    /** Its address, e.g. `http://127.0.0.1:41234`. */
    readonly url: string;
    /** What it answers from now on. */
    answer(answers: Answers): void;
    /** Queries that it has answered. */
    readonly asked: readonly string[];
    /** Ends it. */
    close(): Promise<void>;
}

/** The metric that a query is about, by the series that only its query selects. */
function metricOf(query: string): AskedMetric {
    if (query.includes("restarts_total")) {
        return "crash-loops";
    }
    if (query.includes("absent(")) {
        return "observed";
    }
    return query.includes("histogram_quantile") ? "latency" : "errors";
}

async function bodyOf(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(Buffer.from(chunk as Uint8Array));
    }
    return Buffer.concat(chunks).toString();
}

/** Starts a server that answers `/api/v1/query` as Prometheus does: the simulated nodes run no Prometheus. */
export async function playPrometheus(): Promise<PlayedPrometheus> {
    let answers = WELL;
    const asked: string[] = [];
    const server = createServer((request, response) => {
        void bodyOf(request).then((body) => {
            const url = new URL(request.url ?? "", "http://prometheus.invalid");
            const query = new URLSearchParams(body).get("query") ?? url.searchParams.get("query") ?? "";
            asked.push(query);
            const now = Date.now() / 1_000;
            const result = answers[metricOf(query)].map((value) => ({ metric: {}, value: [now, String(value)] }));
            response.setHeader("content-type", "application/json");
            response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
        });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}`,
        answer: (next) => {
            answers = next;
        },
        asked,
        close: async () => {
            const closed = once(server, "close");
            server.closeAllConnections();
            server.close();
            await closed;
        },
    };
}
