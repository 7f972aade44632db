import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { streamed, run } from "../../policy/cli/run";
import { Spool } from "../../policy/cli/spool";
import { buildPack, PACK } from "../support/policyPack";
import { checking } from "./checking";

describe("The spool of violations", () => {
    it("gives records back by rank and in their order, however many are in memory", () => {
        fc.assert(
            fc.property(
                fc.array(fc.tuple(fc.nat(2), fc.string({ unit: "binary" })), { maxLength: 60 }),
                fc.integer({ min: 1, max: 20 }),
                (records, inMemory) => {
                    const spool = new Spool(3, (json) => String(JSON.parse(json)), inMemory);
                    for (const [rank, text] of records) {
                        spool.add(rank, text);
                    }
                    const expected = [0, 1, 2].flatMap((wanted) =>
                        records.flatMap(([rank, text]) => (rank === wanted ? [text] : [])),
                    );
                    assert.deepEqual([...spool], expected);
                    assert.deepEqual([...spool], expected);
                    spool.close();
                },
            ),
        );
    });

    it("reads records that are longer than what is read at once", () => {
        const long = "é".repeat(400_000);
        const spool = new Spool(1, (json) => String(JSON.parse(json)), 1);
        for (const text of [long, "a", long]) {
            spool.add(0, text);
        }
        assert.deepEqual([...spool], [long, "a", long]);
        spool.close();
    });
});

/** A pod with many privileged containers, and so about as many mandatory and advisory violations. */
function badPods(pods: number, containers: number): string {
    const list = Array.from({ length: containers }, (_, index) => ({
        name: `c${index}`,
        image: "app",
        securityContext: { privileged: true },
    }));
    return Array.from({ length: pods }, (_, index) =>
        JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: `p${index}` }, spec: { containers: list } }),
    ).join("\n---\n");
}

describe("Output in parts", function () {
    this.timeout(120_000);
    const { file, folder } = checking();

    it("is that of a run which keeps all in memory, in every format", () => {
        // More violations than are kept in memory.
        const many = file("many.yaml", badPods(60, 30));
        for (const format of ["text", "json", "sarif", "github", "junit"]) {
            const args = ["--format", format, many];
            const [parts, whole] = [[...streamed(args).output], run(args).output];
            assert.equal(parts.join(""), whole, format);
            assert.ok(format === "junit" || parts.length > 10_000, `${format}: ${parts.length} parts`);
            if (format === "json" || format === "sarif") {
                assert.equal(`${JSON.stringify(JSON.parse(whole), undefined, 2)}\n`, whole, format);
            }
        }
        const ranks = run([many])
            .output.split("\n")
            .flatMap((line) => / (mandatory|advisory) (\w+) /.exec(line)?.[0] ?? []);
        assert.deepEqual([...new Set(ranks)].length, ranks.filter((rank, index) => rank !== ranks[index - 1]).length);
    });

    it("takes no more memory for many findings than for few", () => {
        buildPack();
        const peak = (name: string, containers: number): { kilobytes: number; lines: number } => {
            const target = path.join(folder(), name);
            writeFileSync(target, badPods(40, containers));
            const script = `process.argv.splice(1, 1); process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS)); require(${JSON.stringify(path.join(PACK, "bin", "check.js"))});`;
            const { stdout, stderr } = spawnSync(process.execPath, ["--eval", script, "x", "x", target], {
                encoding: "utf8",
                maxBuffer: 1e9,
            });
            return { kilobytes: Number(/peak (\d+)/.exec(stderr)?.[1]), lines: stdout.split("\n").length };
        };
        const [few, many] = [peak("few.yaml", 60), peak("many.yaml", 600)];
        assert.ok(many.lines > 5 * few.lines, `${few.lines}, ${many.lines}`);
        assert.ok(many.kilobytes < few.kilobytes + 200_000, `${few.kilobytes}, ${many.kilobytes}`);
    });
});
