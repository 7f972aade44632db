import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { z } from "zod";
import { percentile, recommend } from "../../../cost/recommend";
import { MIB } from "../../../policy/cost/amounts";
import { schemas } from "../../../settings/schema";
import { SERIES } from "../series";
import { projectText } from "../support";

const { sizing } = schemas.cost.parse({});

const targetsSchema = z.array(z.object({ name: z.string(), cpu: z.number(), memory: z.number() }));

/** Requests of a series by this project. */
function own({ cpu, memory }: (typeof SERIES)[number]): string[] {
    const container = {
        ...{ setting: "x", namespace: "n", object: "o", pods: "p", container: "c" },
        current: { requests: { cpu: "8", memory: "8Gi" }, limits: { cpu: "16", memory: "16Gi" } },
    };
    const { lines } = recommend(container, { cpu, memory, restarts: 0, outOfMemory: false }, sizing, 8 * 86_400);
    return ["x.requests.cpu", "x.requests.memory"].map((key) => lines.find((line) => line.key === key)?.after ?? "");
}

/** The rows of docs/cost.md that compare the two, by the name of the series. */
function documented(): Map<string, string[]> {
    const rows = projectText("docs", "cost.md")
        .split("\n")
        .filter((line) => line.startsWith("| "));
    return new Map(
        rows.map((line) => {
            const [name = "", ...cells] = line
                .split("|")
                .slice(1, -1)
                .map((cell) => cell.trim());
            return [name, cells];
        }),
    );
}

describe("Recommendations beside those of the Vertical Pod Autoscaler", function () {
    this.timeout(600_000);
    let folder: string | undefined;
    let targets: z.output<typeof targetsSchema> = [];

    it("are in docs/cost.md as this project makes them", () => {
        for (const series of SERIES) {
            assert.deepEqual(documented().get(series.name)?.slice(0, 2), own(series), series.name);
        }
    });

    describe("made by its own module", () => {
        before(function () {
            folder = mkdtempSync(path.join(tmpdir(), "cost-vpa-"));
            const program = path.join(folder, "vpa");
            // Nothing is fetched here: `go mod download` in this folder does it once.
            const env = { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" };
            const built = spawnSync("go", ["build", "-o", program, "."], { cwd: __dirname, env, encoding: "utf8" });
            if (built.status !== 0) {
                this.skip();
            }
            const { stdout } = spawnSync(program, { input: JSON.stringify(SERIES), encoding: "utf8" });
            targets = targetsSchema.parse(JSON.parse(stdout));
        });
        after(() => {
            if (folder !== undefined) {
                rmSync(folder, { recursive: true });
            }
        });

        it("are in docs/cost.md as that makes them", () => {
            for (const { name, cpu, memory } of targets) {
                const expected = [`${Math.round(cpu * 1000)}m`, `${Math.round(memory / MIB)}Mi`];
                assert.deepEqual(documented().get(name)?.slice(2), expected, name);
            }
            assert.equal(targets.length, SERIES.length);
        });

        it("differ by what is known: buckets that grow by 5 %, the percentile, the margins and the floors", () => {
            for (const { name, cpu } of targets.filter(({ cpu: cores }) => cores > 0.025)) {
                const series = SERIES.find((one) => one.name === name);
                const usage = percentile(series?.cpu ?? [], 90);
                // It weighs the last day more, and calls a bucket by its upper end.
                assert.ok(cpu >= usage * 1.15 && cpu <= Math.max(...(series?.cpu ?? [])) * 1.15 * 1.1, name);
            }
        });
    });
});
