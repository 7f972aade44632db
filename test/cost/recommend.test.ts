import assert from "node:assert/strict";
import { percentile, recommend } from "../../cost/recommend";
import type { SizedContainer } from "../../cost/targets";
import type { ContainerUsage } from "../../cost/usage";
import { MIB } from "../../policy/cost/amounts";
import { schemas } from "../../settings/schema";
import { SERIES } from "./series";

const { sizing } = schemas.cost.parse({});

/** Days of the recorded series (s). */
const WINDOW = 8 * 86_400;

const CONTAINER: SizedContainer = {
    setting: "mesh.resources",
    namespace: "shop",
    object: "Deployment shop/web",
    pods: "web-.*",
    container: "app",
    current: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
};

const AUTOSCALED: SizedContainer = {
    ...CONTAINER,
    autoscaling: {
        cpuPercent: 40,
        memoryPercent: 80,
        settings: { cpu: "mesh.autoscaling.targetCpuPercent", memory: "mesh.autoscaling.targetMemoryPercent" },
    },
};

/** Constant usage. */
function used(cores: number, mebibytes: number, more: Partial<ContainerUsage> = {}): ContainerUsage {
    const samples = Array.from({ length: WINDOW / 300 }, () => 0);
    const cpu = samples.map(() => cores);
    return { cpu, memory: samples.map(() => mebibytes * MIB), restarts: 0, outOfMemory: false, ...more };
}

function lines(usage: ContainerUsage, container = CONTAINER, window = WINDOW): Record<string, string> {
    const found = recommend(container, usage, sizing, window).lines;
    return Object.fromEntries(found.map(({ key, after }) => [key.replace(/^mesh\./, ""), after]));
}

describe("Percentile of samples", () => {
    it("is interpolated as Prometheus does, whatever the order", () => {
        assert.equal(percentile([4, 1, 3, 2], 50), 2.5);
        assert.equal(percentile([10, 20], 95), 19.5);
        assert.equal(percentile([7], 95), 7);
        assert.equal(percentile([1, 2, 3], 100), 3);
        assert.equal(percentile([], 95), 0);
    });
});

describe("Recommendation from recorded usage", () => {
    const known: Readonly<Record<string, { readonly cpu: string; readonly memory: string }>> = {
        // 0.2 + 15 %; 300 + 20 %.
        steady: { cpu: "230m", memory: "360Mi" },
        // 95 % of a day's wave are at 0.5 but for 2.5 thousandths; 400 + 20 %.
        "daily peak": { cpu: "575m", memory: "480Mi" },
        // Two samples of a day are less than 5 %: 0.05 + 15 %. Memory has the start in it: 480 + 20 %.
        "start-up peak": { cpu: "60m", memory: "576Mi" },
        // 0.29 + 15 %; 500 + 20 %.
        growing: { cpu: "335m", memory: "600Mi" },
        // The least of both.
        "very small": { cpu: "10m", memory: "32Mi" },
    };
    for (const series of SERIES) {
        it(`is known for the series ${series.name}`, () => {
            const found = lines({ ...series, restarts: 0, outOfMemory: false });
            const { cpu, memory } = known[series.name] ?? { cpu: "", memory: "" };
            assert.deepEqual(found, {
                "resources.requests.cpu": cpu,
                "resources.requests.memory": memory,
                "resources.limits.memory": memory,
            });
        });
    }

    it("covers the peak of a start with the CPU limit, which it never lowers", () => {
        const start = { ...used(0.1, 100), cpu: used(0.1, 100).cpu.map((usual, index) => (index < 3 ? 1.75 : usual)) };
        const small = { ...CONTAINER, current: { ...CONTAINER.current, limits: { cpu: "3", memory: "2Gi" } } };
        assert.equal(lines(start, small)["resources.limits.cpu"], undefined);
        assert.equal(lines({ ...start, cpu: start.cpu.map((cpu) => cpu * 1.02) })["resources.limits.cpu"], "2055m");
        const { notes } = recommend(small, start, sizing, WINDOW);
        assert.match(notes.join("\n"), /CPU peaks at 1750m, as at a start: the limit covers it/);
    });

    it("does not lower a CPU request whose limit is reached, since the demand is not known", () => {
        const limited = { ...CONTAINER, current: { ...CONTAINER.current, limits: { cpu: "1", memory: "2Gi" } } };
        const peak = { ...used(0.2, 900), cpu: used(0.2, 900).cpu.map((cpu, index) => (index === 0 ? 0.95 : cpu)) };
        const { notes } = recommend(limited, peak, sizing, WINDOW);
        assert.equal(lines(peak, limited)["resources.requests.cpu"], undefined);
        assert.match(notes.join("\n"), /CPU reaches 950m of the limit 1: .* the request is not lowered/);
    });

    it("leaves a request that it would lower by less than a tenth, but raises it by anything", () => {
        assert.equal(lines(used(0.8, 100))["resources.requests.cpu"], undefined);
        assert.equal(lines(used(0.89, 100))["resources.requests.cpu"], "1025m");
    });

    it("adds a quarter to the memory limit after it was killed for want of memory, and says so", () => {
        const killed = used(0.2, 300, { outOfMemory: true, restarts: 2 });
        assert.equal(lines(killed)["resources.limits.memory"], "2560Mi");
        assert.equal(lines(killed)["resources.requests.memory"], "2560Mi");
        const { notes } = recommend(CONTAINER, killed, sizing, WINDOW);
        assert.match(notes.join("\n"), /killed for want of memory.*\n.*restarted 2 times/);
    });

    it("refuses a short history with what is missing, and warns of one that is shorter than the window", () => {
        const short = { ...used(0.2, 300), cpu: used(0.2, 300).cpu.slice(0, 40) };
        const refused = recommend(CONTAINER, short, sizing, WINDOW);
        assert.deepEqual([refused.lines, refused.change], [[], { cpu: 0, memory: 0 }]);
        assert.equal(refused.missing, "40 of 100 samples of 5 minutes: ask again in about 5 h");
        const none = recommend(CONTAINER, { ...short, memory: [] }, sizing, WINDOW);
        assert.match(none.missing ?? "", /^no samples: is the container running/);
        const half = { ...used(0.2, 300), cpu: used(0.2, 300).cpu.slice(0, 1152) };
        assert.match(recommend(CONTAINER, half, sizing, WINDOW).notes.join(), /history of 4\.0 of 8\.0 days/);
    });

    it("has the change of the requests, for the difference in price", () => {
        assert.deepEqual(recommend(CONTAINER, used(0.2, 300), sizing, WINDOW).change, {
            cpu: -770,
            memory: -664 * MIB,
        });
    });
});

describe("Recommendation for what an autoscaler scales", () => {
    it("changes request and target together, so that the autoscaler acts at the same usage", () => {
        // 40 % of 1000m are 400m, and so are 84 % of 475m.
        const found = lines(used(0.41, 800), AUTOSCALED);
        assert.equal(found["resources.requests.cpu"], "475m");
        assert.equal(found["autoscaling.targetCpuPercent"], "84");
        const { notes } = recommend(AUTOSCALED, used(0.41, 800), sizing, WINDOW);
        assert.match(
            notes.join("\n"),
            /Set mesh\.autoscaling\.targetCpuPercent and mesh\.resources\.requests\.cpu together, or neither/,
        );
    });

    it("changes neither where the target would be above 100 %, and says so", () => {
        // 40 % of 1000m would be 174 % of 230m; 80 % of 1024Mi would be 228 % of 360Mi.
        const { lines: found, notes, change } = recommend(AUTOSCALED, used(0.2, 300), sizing, WINDOW);
        assert.deepEqual(
            found.map(({ key, after }) => [key, after]),
            [["mesh.resources.limits.memory", "1024Mi"]],
        );
        assert.deepEqual(change, { cpu: 0, memory: 0 });
        assert.match(
            notes.join("\n"),
            /mesh\.resources\.requests\.cpu stays: usage would allow 230m, but .* mesh\.autoscaling\.targetCpuPercent 174/,
        );
        assert.match(notes.join("\n"), /mesh\.resources\.requests\.memory stays: .*targetMemoryPercent 228/);
    });

    it("lowers the target of a request that it raises", () => {
        const found = lines(used(1.4, 800), AUTOSCALED);
        assert.deepEqual([found["resources.requests.cpu"], found["autoscaling.targetCpuPercent"]], ["1610m", "25"]);
    });

    it("leaves the target where the request hardly changes", () => {
        assert.equal(lines(used(0.87, 1024 / 1.2), AUTOSCALED)["autoscaling.targetCpuPercent"], undefined);
    });
});
