import assert from "node:assert/strict";
import { readUsage, stepOf } from "../../cost/usage";
import { byAddress, Unreachable } from "../../smoke/deep/prometheus";
import { closedPort, http, type LocalServer } from "../support/localServer";

/** A series of a recorded Prometheus. */
interface Recorded {
    readonly metric: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Value at each 30 seconds, from the start of the window on. */
    readonly values: readonly number[];
}

/** Start of what was recorded (seconds since 1970), and seconds between two samples. */
const [START, INTERVAL] = [1_760_000_000, 30];

/** The one form of query that is asked, with the name of its outer aggregation. */
const QUERY = /^(\w+) by \(namespace, container\) \((\w+)\(([\w:]+)\{([^}]*)\}\[(\d+)s\]\)\)$/;

/** A Prometheus of a few functions: it selects by labels, looks back over a range, and aggregates. */
function evaluate(series: readonly Recorded[], query: string, at: number): number | undefined {
    const [, aggregation, over, metric, matchers = "", seconds] = QUERY.exec(query) ?? [];
    assert.ok(metric, query);
    const selected = series.filter(
        ({ metric: name, labels }) =>
            name === metric &&
            [...matchers.matchAll(/(\w+)(=~?)"([^"]*)"/g)].every(([, label = "", operator, value = ""]) =>
                operator === "=" ? labels[label] === value : new RegExp(`^(?:${value})$`).test(labels[label] ?? ""),
            ),
    );
    const results = selected.flatMap(({ values }) => {
        const last = Math.floor((at - START) / INTERVAL);
        const window = values.slice(Math.max(0, last - Number(seconds) / INTERVAL + 1), last + 1);
        if (window.length === 0) {
            return [];
        }
        return [over === "increase" ? (window.at(-1) ?? 0) - (window[0] ?? 0) : Math.max(...window)];
    });
    if (results.length === 0) {
        return undefined;
    }
    return aggregation === "sum" ? results.reduce((sum, value) => sum + value, 0) : Math.max(...results);
}

const CPU = "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_rate5m";
const MEMORY = "node_namespace_pod_container:container_memory_working_set_bytes";
const RESTARTS = "kube_pod_container_status_restarts_total";
const REASON = "kube_pod_container_status_last_terminated_reason";

/** An hour of a container of a pod. */
function recorded(metric: string, pod: string, value: (sample: number) => number, more = {}): Recorded {
    const labels = { namespace: "shop", pod, container: "app", ...more };
    return { metric, labels, values: Array.from({ length: 120 }, (_, index) => value(index)) };
}

describe("Usage from Prometheus", () => {
    let server: LocalServer;
    let series: readonly Recorded[] = [];
    const asked: string[] = [];
    const target = { namespace: "shop", pods: "web-[a-z0-9]+-[a-z0-9]+", container: "app" };
    const read = () => readUsage(byAddress(`http://127.0.0.1:${server.port}/`), target, 3600, START + 3600);

    before(async () => {
        server = await http(({ url = "" }, response) => {
            const { pathname, searchParams } = new URL(url, "http://prometheus");
            const query = searchParams.get("query") ?? "";
            asked.push(query);
            const at = (time: number) => {
                const value = evaluate(series, query, time);
                return value === undefined ? [] : [[time, String(value)] as const];
            };
            const [start, end, step] = ["start", "end", "step"].map((name) => Number(searchParams.get(name)));
            const times = [];
            for (let time = start ?? 0; pathname.endsWith("/query_range") && time <= (end ?? 0); time += step ?? 1) {
                times.push(time);
            }
            const values = times.flatMap(at);
            const result = pathname.endsWith("/query_range")
                ? values.length === 0
                    ? []
                    : [{ metric: {}, values }]
                : at(Number(searchParams.get("time"))).map((value) => ({ metric: {}, value }));
            response.end(JSON.stringify({ status: "success", data: { resultType: "matrix", result } }));
        });
    });
    after(() => server.close());
    beforeEach(() => {
        asked.length = 0;
    });

    it("is that of the pod that uses most, at each step, with peaks between the steps", async () => {
        series = [
            recorded(CPU, "web-1a-b", () => 0.1),
            recorded(CPU, "web-1a-c", (sample) => (sample === 25 ? 0.9 : 0.2)),
            recorded(MEMORY, "web-1a-b", (sample) => (sample === 95 ? 700 : 100)),
        ];
        const { cpu, memory } = await read();
        assert.equal(cpu.length, 13);
        assert.deepEqual([cpu[1], Math.max(...cpu)], [0.2, 0.9]);
        assert.equal(Math.max(...memory), 700);
    });

    it("does not count a restarted container twice, while the kubelet reports the old and the new one", async () => {
        series = ["old", "new"].map((id) => recorded(MEMORY, "web-1a-b", () => 300, { id }));
        assert.deepEqual([...new Set((await read()).memory)], [300]);
        // The recording can tell: a sum of the same two series is 600.
        const [query = ""] = asked.filter((one) => one.includes(MEMORY));
        assert.equal(evaluate(series, query.replace(/^max/, "sum"), START + 3600), 600);
    });

    it("leaves out pods of others, and other containers", async () => {
        series = [
            recorded(CPU, "web-1a-b", () => 0.1),
            recorded(CPU, "web-canary", () => 5),
            recorded(CPU, "other-1a-b", () => 5),
            recorded(CPU, "web-1a-b", () => 5, { container: "proxy" }),
            recorded(CPU, "web-1a-b", () => 5, { namespace: "else" }),
        ];
        assert.deepEqual([...new Set((await read()).cpu)], [0.1]);
    });

    it("has restarts and ends for want of memory", async () => {
        series = [
            recorded(RESTARTS, "web-1a-b", (sample) => (sample < 60 ? 4 : 6)),
            recorded(REASON, "web-1a-b", (sample) => (sample > 60 ? 1 : 0), { reason: "OOMKilled" }),
        ];
        const { restarts, outOfMemory } = await read();
        assert.deepEqual([restarts, outOfMemory], [2, true]);
        series = [recorded(REASON, "web-1a-b", () => 1, { reason: "Error" })];
        assert.equal((await read()).outOfMemory, false);
    });

    it("is empty where there are no series", async () => {
        series = [];
        assert.deepEqual(await read(), { cpu: [], memory: [], restarts: 0, outOfMemory: false });
    });

    it("takes longer steps over a window of more samples than Prometheus gives", () => {
        assert.equal(stepOf(14 * 86_400), 300);
        assert.equal(stepOf(99 * 86_400), 900);
        assert.ok((99 * 86_400) / 900 < 11_000);
    });

    it("says that there is no answer, and that an answer has another shape", async () => {
        const closed = byAddress(`http://127.0.0.1:${await closedPort()}`);
        await assert.rejects(readUsage(closed, target, 3600, START), Unreachable);
        const strange = { get: () => Promise.resolve({ status: "success", data: { result: "none" } }) };
        await assert.rejects(readUsage(strange, target, 3600, START), /answers in another shape to: max by/);
    });
});
